/* lookaside.c - the first seed's lookaside list: entries come back last in first out, and dirty. */
#include <wdm.h>

#include <stdio.h>

#define ENTRY_TAG  'ntEL'
#define ENTRY_SIZE 256
#define ENTRIES    10

static LOOKASIDE_LIST_EX list;

int main(void)
{
    PVOID entries[ENTRIES];
    NTSTATUS status =
        ExInitializeLookasideListEx(&list, NULL, NULL, NonPagedPoolNx, 0, ENTRY_SIZE, ENTRY_TAG, 0);
    if (!NT_SUCCESS(status))
        return 1;
    for (unsigned round = 0; round < 100; round++) {
        for (unsigned i = 0; i < ENTRIES; i++) {
            entries[i] = ExAllocateFromLookasideListEx(&list);
            if (entries[i] == NULL)
                return 1;
            RtlFillMemory(entries[i], ENTRY_SIZE, i);
        }
        for (unsigned i = 0; i < ENTRIES; i++)
            ExFreeToLookasideListEx(&list, entries[i]);
    }
    printf("lookaside: %u allocations, %u went to the pool; depth %u of %u\n",
           (unsigned)list.L.TotalAllocates, (unsigned)list.L.AllocateMisses, list.L.Depth,
           list.L.MaximumDepth);
    ExFlushLookasideListEx(&list);
    ExDeleteLookasideListEx(&list);
    return 0;
}
