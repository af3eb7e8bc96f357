/* say.h - what the tools tell people: one line, "expool VERB: ...", on stderr. */
#ifndef TOOLS_SAY_H
#define TOOLS_SAY_H

#include <stdbool.h>

/* "expool run: " and the like; set by main from the verb. */
void say_set_name(const char *wanted);

void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Says it and ends the program with `status`. */
__attribute__((noreturn, format(printf, 2, 3))) void die(int status, const char *format, ...);

enum color_choice { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

/* True when `descriptor` may be sent colours: asked for, or a terminal that is not "dumb" and no
 * NO_COLOR in the environment. */
bool color_is_wanted(enum color_choice choice, int descriptor);

#endif
