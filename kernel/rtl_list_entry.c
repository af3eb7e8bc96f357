/* rtl_list_entry.c - the list routines' complaint about links that do not agree. */
#include "expool/list.h"

#include "kernel/misuse.h"

VOID expool_list_broken(PVOID previous, PVOID entry, PVOID next)
{
    MISUSE_WITH(VIOLATION_LIST_ENTRY, entry, .expected = (uintptr_t)previous,
                .found = (uintptr_t)next);
}
