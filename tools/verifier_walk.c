#include "tools/verifier_walk.h"

#include "tools/say.h"
#include "tools/settings.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool walk_is_option(const char *word)
{
    return (word[0] == '/' || word[0] == '-') && word[1] != 0 && !isdigit((unsigned char)word[1]) &&
           strchr(word + 1, '/') == NULL; /* a path is no option */
}

const char *walk_word(struct walk *walk)
{
    walk->left--;
    return *walk->words++;
}

/* The next word, unless it is an option. */
const char *walk_value(struct walk *walk)
{
    return walk->left > 0 && !walk_is_option(*walk->words) ? walk_word(walk) : NULL;
}

const char *walk_need(struct walk *walk, const char *what)
{
    const char *value = walk_value(walk);
    if (value == NULL)
        die(EXIT_ERROR, "%s needs %s", walk->option, what);
    return value;
}

bool walk_is_number(const char *word, unsigned long *number)
{
    char *end;
    *number = strtoul(word, &end, 0);
    return isdigit((unsigned char)*word) && *end == 0;
}

unsigned long walk_need_number(struct walk *walk, const char *what, unsigned long most)
{
    unsigned long number;
    const char *word = walk_need(walk, what);
    if (!walk_is_number(word, &number) || number > most)
        die(EXIT_ERROR, "%s %s: %s, up to %lu", walk->option, word, what, most);
    return number;
}

static void add_word(char *list, const char *word)
{
    size_t used = strlen(list);
    int added =
        snprintf(list + used, SETTINGS_TEXT_BYTES - used, "%s%s", used > 0 ? " " : "", word);
    if (added < 0 || (size_t)added >= SETTINGS_TEXT_BYTES - used)
        die(EXIT_ERROR, "more names than %u letters hold", SETTINGS_TEXT_BYTES - 1);
}

/* File names up to the next option; a number at the very end is a process. */
void walk_names(struct walk *walk, char *list)
{
    unsigned long number;
    unsigned count = 0;
    while (walk->left > 0 && !walk_is_option(*walk->words)) {
        if (count > 0 && walk->left == 1 && walk_is_number(*walk->words, &number))
            break;
        const char *name = walk_word(walk);
        if (strpbrk(name, "/\\*?'\"") != NULL)
            die(EXIT_ERROR, "%s %s: file names only, without path or wildcard", walk->option, name);
        add_word(list, name);
        count++;
    }
    if (count == 0)
        die(EXIT_ERROR, "%s needs names of drivers, that is of programs and shared libraries",
            walk->option);
}
