/* lookaside_lists.c - entries of lookaside lists, the pool's and those of own routines. */
#include <wdm.h>

#include <stdlib.h>

enum { ENTRIES = 12, ENTRY_BYTES = 100 };

static PVOID own_allocate(POOL_TYPE type, SIZE_T bytes, ULONG tag, PLOOKASIDE_LIST_EX list)
{
    (void)type, (void)tag, (void)list;
    return malloc(bytes);
}

static VOID own_free(PVOID entry, PLOOKASIDE_LIST_EX list)
{
    (void)list;
    free(entry);
}

static int use(PALLOCATE_FUNCTION_EX allocate, PFREE_FUNCTION_EX release)
{
    static LOOKASIDE_LIST_EX list;
    char *entries[ENTRIES];
    if (!NT_SUCCESS(ExInitializeLookasideListEx(&list, allocate, release, NonPagedPoolNx, 0,
                                                ENTRY_BYTES, 'tseT', 0)))
        return 1;
    for (unsigned round = 0; round < 20; round++) {
        unsigned some = round % 4 + 1;
        for (unsigned i = 0; i < some; i++) {
            entries[i] = ExAllocateFromLookasideListEx(&list);
            RtlFillMemory(entries[i], ENTRY_BYTES, round);
        }
        for (unsigned i = 0; i < some; i++)
            ExFreeToLookasideListEx(&list, entries[i]);
    }
    ExFlushLookasideListEx(&list);
    ExDeleteLookasideListEx(&list);
    return 0;
}

int main(void)
{
    return use(NULL, NULL) || use(own_allocate, own_free);
}
