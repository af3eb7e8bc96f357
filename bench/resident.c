#include "bench/resident.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

long resident_kb(void)
{
    char line[256];
    long value = 0;
    FILE *file = fopen("/proc/self/smaps_rollup", "r");
    while (file && fgets(line, sizeof line, file))
        if (strncmp(line, "Rss:", 4) == 0)
            value = strtol(line + 4, NULL, 10);
    if (file)
        fclose(file);
    return value;
}
