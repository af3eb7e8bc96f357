/* test_names.c - the list of names, by ctest, make check and meson test. */
#include "names.h"

#include <stdio.h>
#include <string.h>

static int failures;

static void expect(int holds, const char *what)
{
    if (!holds)
        printf("failed: %s\n", what);
    failures += !holds;
}

int main(void)
{
    NAMES names = {0};
    expect(NT_SUCCESS(NamesAdd(&names, "Ada", 3)), "a name is taken");
    expect(NT_SUCCESS(NamesAdd(&names, "Konrad", 6)), "another one, too");
    expect(!NT_SUCCESS(NamesAdd(&names, "", 0)), "an empty name is refused");
    expect(names.Count == 2, "two are counted");
    expect(strcmp(NamesAt(&names, 0), "Konrad") == 0, "the newest comes first");
    expect(strcmp(NamesAt(&names, 1), "Ada") == 0, "the older one behind it");
    expect(NamesAt(&names, 2) == NULL, "there is no third");
    NamesClear(&names);
    expect(names.Count == 0, "none is left");
    return failures > 0;
}
