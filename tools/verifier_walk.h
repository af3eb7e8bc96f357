/* verifier_walk.h - the words of verifier.exe's command line, taken one after the other. What is
 * wrong ends the program with 1, verifier.exe's code for it. */
#ifndef TOOLS_VERIFIER_WALK_H
#define TOOLS_VERIFIER_WALK_H

#include <stdbool.h>

enum { EXIT_ERROR = 1 };

struct walk {
    char **words;
    int left;
    const char *option; /* the one whose words are taken */
};

/* "/x" or "-x"; a path with a second slash is none. */
bool walk_is_option(const char *word);

/* The next word. There must be one. */
const char *walk_word(struct walk *walk);

/* The next word, unless it is an option; NULL. */
const char *walk_value(struct walk *walk);

/* The same; dies without it: "/flags needs WHAT". */
const char *walk_need(struct walk *walk, const char *what);

/* A number, decimal or 0x. */
bool walk_is_number(const char *word, unsigned long *number);
unsigned long walk_need_number(struct walk *walk, const char *what, unsigned long most);

/* File names up to the next option, added to the list of SETTINGS_TEXT_BYTES, blanks between. A
 * number at the very end is a process, and stays. */
void walk_names(struct walk *walk, char *list);

#endif
