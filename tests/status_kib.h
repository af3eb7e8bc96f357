/* status_kib.h - how much memory the kernel says this process has. */
#ifndef TESTS_STATUS_KIB_H
#define TESTS_STATUS_KIB_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A row of /proc/self/status, "VmRSS:"; 0: there is none. */
static inline long status_kib(const char *key)
{
    char line[256];
    long kib = 0;
    FILE *file = fopen("/proc/self/status", "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        if (strncmp(line, key, strlen(key)) == 0)
            kib = strtol(line + strlen(key), NULL, 10);
    if (file != NULL)
        fclose(file);
    return kib;
}

#endif
