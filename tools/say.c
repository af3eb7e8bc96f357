#include "tools/say.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *name = "expool";

void say_set_name(const char *wanted)
{
    name = wanted;
}

/* One write, so that lines of several processes do not mix. */
__attribute__((format(printf, 1, 0))) static void say_arguments(const char *format,
                                                                va_list arguments)
{
    char *text = NULL;
    if (vasprintf(&text, format, arguments) < 0)
        return;
    (void)fflush(stdout);
    (void)fprintf(stderr, "%s: %s\n", name, text);
    free(text);
}

void say(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    say_arguments(format, arguments);
    va_end(arguments);
}

void die(int status, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    say_arguments(format, arguments);
    va_end(arguments);
    exit(status);
}

bool color_is_wanted(enum color_choice choice, int descriptor)
{
    if (choice != COLOR_AUTO)
        return choice == COLOR_ALWAYS;
    const char *none = getenv("NO_COLOR");
    const char *terminal = getenv("TERM");
    return (none == NULL || *none == 0) && terminal != NULL && strcmp(terminal, "dumb") != 0 &&
           isatty(descriptor);
}
