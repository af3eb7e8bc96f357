/* ex_slist.c - interlocked singly linked lists. Depth, sequence and first entry change as one, by a
 * 128-bit compare and exchange where the processor has it: the sequence, grown by every push, keeps
 * a slow pop from mistaking a reused entry for the old one. */
#include "expool/list.h"

#include <stdbool.h>

#if defined(__x86_64__)
static bool exchange(PSLIST_HEADER header, SLIST_HEADER *seen, const SLIST_HEADER *wanted)
{
    bool done;
    __asm__ __volatile__("lock cmpxchg16b %1"
                         : "=@ccz"(done), "+m"(*header), "+a"(seen->Alignment), "+d"(seen->Region)
                         : "b"(wanted->Alignment), "c"(wanted->Region)
                         : "memory");
    return done;
}
#else
/* Elsewhere one lock for all lists: slower, as correct. */
static char busy;

static bool exchange(PSLIST_HEADER header, SLIST_HEADER *seen, const SLIST_HEADER *wanted)
{
    while (__atomic_test_and_set(&busy, __ATOMIC_ACQUIRE))
        ;
    bool same = header->Alignment == seen->Alignment && header->Region == seen->Region;
    if (same)
        *header = *wanted;
    else
        *seen = *header;
    __atomic_clear(&busy, __ATOMIC_RELEASE);
    return same;
}
#endif

enum { DEPTH_MASK = 0xffff, SEQUENCE_ONE = 0x10000 };

static SLIST_HEADER look(PSLIST_HEADER header)
{
    SLIST_HEADER seen;
    seen.Alignment = __atomic_load_n(&header->Alignment, __ATOMIC_RELAXED);
    seen.Region = __atomic_load_n(&header->Region, __ATOMIC_RELAXED);
    return seen;
}

VOID InitializeSListHead(PSLIST_HEADER SListHead)
{
    *SListHead = (SLIST_HEADER){0, 0};
}

PSLIST_ENTRY InterlockedPushEntrySList(PSLIST_HEADER ListHead, PSLIST_ENTRY ListEntry)
{
    SLIST_HEADER seen = look(ListHead);
    SLIST_HEADER wanted;
    do {
        __atomic_store_n(&ListEntry->Next, (PSLIST_ENTRY)seen.Region, __ATOMIC_RELAXED);
        wanted.Alignment = ((seen.Alignment & ~(ULONGLONG)DEPTH_MASK) + SEQUENCE_ONE) |
                           ((seen.Alignment + 1) & DEPTH_MASK);
        wanted.Region = (ULONGLONG)(uintptr_t)ListEntry;
    } while (!exchange(ListHead, &seen, &wanted));
    return (PSLIST_ENTRY)seen.Region;
}

/* Another thread may take the first entry and free it between our look and our exchange; its link
 * is then stale, which the exchange notices, but it must still be readable: pool memory is. */
PSLIST_ENTRY InterlockedPopEntrySList(PSLIST_HEADER ListHead)
{
    SLIST_HEADER seen = look(ListHead);
    SLIST_HEADER wanted;
    do {
        PSLIST_ENTRY first = (PSLIST_ENTRY)seen.Region;
        if (first == NULL)
            return NULL;
        wanted.Alignment =
            (seen.Alignment & ~(ULONGLONG)DEPTH_MASK) | ((seen.Alignment - 1) & DEPTH_MASK);
        wanted.Region = (ULONGLONG)(uintptr_t)__atomic_load_n(&first->Next, __ATOMIC_RELAXED);
    } while (!exchange(ListHead, &seen, &wanted));
    return (PSLIST_ENTRY)seen.Region;
}

PSLIST_ENTRY InterlockedFlushSList(PSLIST_HEADER ListHead)
{
    SLIST_HEADER seen = look(ListHead);
    SLIST_HEADER wanted = {0, 0};
    do {
        wanted.Alignment = seen.Alignment & ~(ULONGLONG)DEPTH_MASK;
    } while (!exchange(ListHead, &seen, &wanted));
    return (PSLIST_ENTRY)seen.Region;
}

USHORT QueryDepthSList(PSLIST_HEADER SListHead)
{
    return (USHORT)(__atomic_load_n(&SListHead->Alignment, __ATOMIC_RELAXED) & DEPTH_MASK);
}
