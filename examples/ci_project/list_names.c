/* list_names.c - prints the lines of its input, the last one first. */
#include "names.h"

#include <stdio.h>
#include <string.h>

int main(void)
{
    NAMES names = {0};
    char line[256];
    while (fgets(line, sizeof line, stdin) != NULL)
        (void)NamesAdd(&names, line, (ULONG)strcspn(line, "\n"));
    for (ULONG i = 0; i < names.Count; i++)
        puts(NamesAt(&names, i));
    NamesClear(&names);
    return 0;
}
