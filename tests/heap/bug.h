/* bug.h - a handful of planted heap bugs in one program: `program CASE` has the bug, `program CASE
 * correct` is its twin without. Nothing of expool is included: these are anybody's programs. */
#ifndef TESTS_HEAP_BUG_H
#define TESTS_HEAP_BUG_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct bug {
    const char *name;
    void (*run)(int is_wrong); /* 1: with the bug, 0: the twin */
};

/* Where bytes go that are read for their own sake. */
static volatile unsigned char sink;

static int bug_main(const struct bug *bugs, size_t count, int argc, char **argv)
{
    for (size_t i = 0; argc > 1 && i < count; i++) {
        if (strcmp(bugs[i].name, argv[1]) == 0) {
            bugs[i].run(argc == 2);
            return 0;
        }
    }
    fputs("no such case\n", stderr);
    return 2;
}

#define BUG_MAIN(...)                                                                              \
    int main(int argc, char **argv)                                                                \
    {                                                                                              \
        static const struct bug bugs[] = {__VA_ARGS__};                                            \
        return bug_main(bugs, sizeof bugs / sizeof bugs[0], argc, argv);                           \
    }
#define BUG(name)                                                                                  \
    {                                                                                              \
#name, name                                                                                \
    }

#endif
