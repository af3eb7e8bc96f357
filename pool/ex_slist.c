/* ex_slist.c - interlocked singly linked lists. A list is changed under one of a few locks, chosen
 * by its address: an entry whose link a pop reads cannot be taken and freed by another thread
 * meanwhile. Lock-free, as on Windows, that read would be of freed memory at times, which Windows'
 * fault handler forgives and special pool would report. */
#include "expool/status.h"

#include "pool/exception.h"
#include "pool/order.h"
#include "pool/os.h"
#include "pool/slist.h"
#include "pool/touch.h"
#include "pool/util.h"

#include <pthread.h>

enum {
    DEPTH_MASK = 0xffff,
    SEQUENCE_ONE = 0x10000, /* grows with every push */
    GUARDS = 64,
    GUARD_BYTES = 64, /* a cache line each */
    HEADER_SHIFT = 4,
    SPINS_BEFORE_YIELD = 64,
};

static struct guard {
    _Alignas(GUARD_BYTES) uint32_t owner; /* thread id; 0: free */
} guards[GUARDS];

/* A guard that is the thread's own already: the link it read was freed memory, and the host left
 * the bug check by a jump. It goes on from there. */
static void take(struct guard *guard)
{
    const uint32_t self = os_thread_id();
    uint32_t owner = 0;
    for (unsigned spins = 0; !__atomic_compare_exchange_n(&guard->owner, &owner, self, false,
                                                          __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
         spins++) {
        if (owner == self)
            return;
        owner = 0;
        if (spins >= SPINS_BEFORE_YIELD)
            os_yield();
    }
}

static void drop(struct guard *guard)
{
    __atomic_store_n(&guard->owner, 0, __ATOMIC_RELEASE);
}

static struct guard *guard_of(PSLIST_HEADER header)
{
    uintptr_t place = (uintptr_t)header >> HEADER_SHIFT;
    return &guards[(place ^ place >> 6) % GUARDS];
}

static struct guard *enter(PSLIST_HEADER header)
{
    struct guard *guard = guard_of(header);
    order_hide();
    take(guard);
    order_after(header);
    return guard;
}

static void leave(struct guard *guard, PSLIST_HEADER header)
{
    order_before(header);
    drop(guard);
    order_show();
}

static void take_all(void)
{
    for (unsigned i = 0; i < GUARDS; i++)
        take(&guards[i]);
}

static void drop_all(void)
{
    for (unsigned i = 0; i < GUARDS; i++)
        drop(&guards[i]);
}

/* A child must not find a list held by a thread it does not have. */
__attribute__((constructor)) static void start(void)
{
    INVARIANT(pthread_atfork(take_all, drop_all, drop_all) == 0);
}

/* Atomic for QueryDepthSList, which takes no lock. */
static void set(PSLIST_HEADER header, ULONGLONG word, PSLIST_ENTRY first)
{
    __atomic_store_n(&header->Alignment, word, __ATOMIC_RELAXED);
    header->Region = (ULONGLONG)(uintptr_t)first;
}

VOID InitializeSListHead(PSLIST_HEADER SListHead)
{
    TOUCHES(SListHead);
    volatile uintptr_t place = (uintptr_t)SListHead; /* the compiler takes its type's word for it */
    if (place % sizeof(SLIST_HEADER) != 0) {
        exception_raise((uint32_t)STATUS_DATATYPE_MISALIGNMENT,
                        (uintptr_t)__builtin_return_address(0), __builtin_frame_address(0));
        return;
    }
    set(SListHead, 0, NULL);
}

PSLIST_ENTRY slist_push(PSLIST_HEADER head, PSLIST_ENTRY entry)
{
    entry->Next = NULL; /* an entry that is freed memory faults here, without the guard */
    struct guard *guard = enter(head);
    PSLIST_ENTRY first = (PSLIST_ENTRY)head->Region;
    ULONGLONG word = head->Alignment;
    entry->Next = first;
    set(head, ((word & ~(ULONGLONG)DEPTH_MASK) + SEQUENCE_ONE) | ((word + 1) & DEPTH_MASK), entry);
    leave(guard, head);
    return first;
}

PSLIST_ENTRY slist_pop(PSLIST_HEADER head)
{
    struct guard *guard = enter(head);
    PSLIST_ENTRY first = (PSLIST_ENTRY)head->Region;
    ULONGLONG word = head->Alignment;
    if (first != NULL)
        set(head, (word & ~(ULONGLONG)DEPTH_MASK) | ((word - 1) & DEPTH_MASK), first->Next);
    leave(guard, head);
    return first;
}

PSLIST_ENTRY InterlockedPushEntrySList(PSLIST_HEADER ListHead, PSLIST_ENTRY ListEntry)
{
    TOUCHES(ListHead);
    TOUCHES(ListEntry);
    return slist_push(ListHead, ListEntry);
}

/* The entry that leaves is told of by its user's first touch: between a look at it and the guard
 * another thread may take and free it. */
PSLIST_ENTRY InterlockedPopEntrySList(PSLIST_HEADER ListHead)
{
    TOUCHES(ListHead);
    return slist_pop(ListHead);
}

PSLIST_ENTRY InterlockedFlushSList(PSLIST_HEADER ListHead)
{
    TOUCHES(ListHead);
    struct guard *guard = enter(ListHead);
    PSLIST_ENTRY first = (PSLIST_ENTRY)ListHead->Region;
    set(ListHead, ListHead->Alignment & ~(ULONGLONG)DEPTH_MASK, NULL);
    leave(guard, ListHead);
    return first;
}

USHORT QueryDepthSList(PSLIST_HEADER SListHead)
{
    return (USHORT)(__atomic_load_n(&SListHead->Alignment, __ATOMIC_RELAXED) & DEPTH_MASK);
}
