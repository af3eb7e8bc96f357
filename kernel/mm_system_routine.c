/* mm_system_routine.c - routines by name, for drivers that ask whether the system has one. */
#include "expool/mm.h"
#include "expool/system_information.h"

#include <ntifs.h>

#include "pool/util.h"

#include <string.h>

/* Where a header gives a routine's name to a macro, the routine itself is meant. */
#define ROUTINE(name) {#name, (void (*)(void))(name)},
static const struct {
    const char *name;
    void (*routine)(void);
} routines[] = {
#include "kernel/mm_system_routine.def"
};

/* <0, 0, >0 as strcmp; names are ASCII. */
static int compare(PCUNICODE_STRING wanted, const char *name)
{
    size_t letters = wanted->Length / sizeof(WCHAR);
    for (size_t i = 0; i < letters; i++) {
        int difference = (int)wanted->Buffer[i] - (int)(unsigned char)name[i];
        if (difference != 0 || name[i] == 0)
            return difference;
    }
    return name[letters] == 0 ? 0 : -1;
}

PVOID MmGetSystemRoutineAddress(PUNICODE_STRING SystemRoutineName)
{
    size_t low = 0;
    size_t high = COUNT_OF(routines);
    while (low < high) {
        size_t middle = (low + high) / 2;
        int difference = compare(SystemRoutineName, routines[middle].name);
        if (difference == 0)
            return (PVOID)(ULONG_PTR)routines[middle].routine;
        if (difference < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}
