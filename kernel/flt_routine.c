/* flt_routine.c - the filter manager's routines by name. */
#include <fltKernel.h>

#include <string.h>

#define ROUTINE(name) {#name, (void (*)(void))(name)},
static const struct {
    const char *name;
    void (*routine)(void);
} routines[] = {
#include "kernel/flt_routine.def"
};

PVOID FltGetRoutineAddress(PCSTR FltMgrRoutineName)
{
    for (unsigned i = 0; i < sizeof(routines) / sizeof(routines[0]); i++)
        if (strcmp(routines[i].name, FltMgrRoutineName) == 0)
            return (PVOID)(ULONG_PTR)routines[i].routine;
    return NULL;
}
