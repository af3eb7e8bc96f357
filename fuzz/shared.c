#include "fuzz/shared.h"

#include "expool/statistics.h"
#include "fuzz/model.h"

enum { ROUNDS = 8, CHARGE_BYTES = 48, COMMON_BYTES = 72, SIZES = 600 };

#define TAG_COMMON 0x6d6f4346u /* "FCom" */

/* "Fs00" and so on: none of the model's. */
static ULONG tag_of(unsigned number)
{
    return 'F' | 's' << 8 | (ULONG)('0' + number / 10) << 16 | (ULONG)('0' + number % 10) << 24;
}

void shared_start(struct shared *shared)
{
    InitializeSListHead(&shared->head);
    for (unsigned i = 0; i < SHARED_ENTRIES; i++) {
        shared->entries[i].owner = 0;
        (void)InterlockedPushEntrySList(&shared->head, &shared->entries[i].link);
    }
    for (unsigned i = 0; i < PROGRAM_LOCKS; i++) {
        shared->guarded[i] = 0;
        KeInitializeSpinLock(&shared->locks[i]);
    }
}

/* Nobody holds two, so any order is right. */
void shared_lock(struct shared *shared, struct shared_use *use, unsigned lock)
{
    unsigned index = lock % PROGRAM_LOCKS;
    KIRQL old = PASSIVE_LEVEL;
    KeAcquireSpinLock(&shared->locks[index], &old);
    shared->guarded[index]++;
    use->acquired[index]++;
    KeReleaseSpinLock(&shared->locks[index], old);
}

const char *shared_list(struct shared *shared, struct shared_use *use, unsigned list)
{
    unsigned index = list % PROGRAM_LISTS;
    for (unsigned round = 0; round < ROUNDS; round++) {
        void *entry = ExAllocateFromLookasideListEx(&shared->lists[index]);
        if (entry == NULL)
            return "no memory for an entry of a lookaside list";
        use->taken[index]++;
        ExFreeToLookasideListEx(&shared->lists[index], entry);
        use->given[index]++;
    }
    return NULL;
}

const char *shared_pop_and_push(struct shared *shared, uintptr_t self)
{
    for (unsigned round = 0; round < ROUNDS; round++) {
        PSLIST_ENTRY link = InterlockedPopEntrySList(&shared->head);
        if (link == NULL) /* the others have all of them */
            continue;
        struct shared_entry *entry = CONTAINING_RECORD(link, struct shared_entry, link);
        if (entry->owner != 0)
            return "two threads have one entry of an interlocked list";
        entry->owner = self;
        (void)ExQueryDepthSList(&shared->head);
        if (entry->owner != self)
            return "two threads have one entry of an interlocked list";
        entry->owner = 0;
        (void)InterlockedPushEntrySList(&shared->head, link);
    }
    return NULL;
}

const char *shared_charge(struct shared *shared, unsigned pool)
{
    POOL_TYPE type = pool % 2 == 0 ? NonPagedPoolNx : PagedPool;
    for (unsigned round = 0; round < ROUNDS; round++) {
        if (!NT_SUCCESS(PsChargeProcessPoolQuota(shared->process, type, CHARGE_BYTES)))
            return "a process without limits may not be charged";
        PsReturnPoolQuota(shared->process, type, CHARGE_BYTES);
    }
    return NULL;
}

const char *shared_tags(struct shared_use *use, const struct op *op)
{
    POOL_TYPE type = model_pool_is_paged(op->pool) ? PagedPool : NonPagedPoolNx;
    for (unsigned round = 0; round < ROUNDS; round++) {
        unsigned number = (op->aux + round * (1 + op->tag)) % SHARED_TAGS;
        void *block = ExAllocatePoolWithTag(type, 1 + op->size % SIZES, tag_of(number));
        if (block == NULL)
            return "no memory for one block";
        use->tagged[number]++;
        ExFreePoolWithTag(block, tag_of(number));
    }
    return NULL;
}

void shared_make_common(struct shared *shared)
{
    shared->common = ExAllocatePoolWithTag(NonPagedPoolNx, COMMON_BYTES, TAG_COMMON);
}

void shared_free_common(struct shared *shared)
{
    if (shared->common != NULL)
        ExFreePoolWithTag(shared->common, TAG_COMMON);
}

static const char *check_tags(struct shared *shared, const struct shared_use *uses)
{
    struct expool_tag_statistics counted;
    const char *wrong = NULL;
    for (unsigned i = 0; i < SHARED_TAGS; i++) {
        uint64_t allocations = 0;
        uint64_t frees = 0;
        shared->tagged[i] += uses->tagged[i];
        expool_tag_statistics_get(tag_of(i), &counted);
        for (unsigned j = 0; j < EXPOOL_CLASS_COUNT; j++) {
            allocations += counted.pool[j].allocations;
            frees += counted.pool[j].frees;
        }
        if (allocations != shared->tagged[i] || frees != shared->tagged[i])
            wrong = "a tag counts other allocations or frees than were made";
    }
    return wrong;
}

static const char *check_entries(struct shared *shared)
{
    unsigned count = 0;
    if (ExQueryDepthSList(&shared->head) != SHARED_ENTRIES)
        return "an interlocked list has another depth than entries";
    PSLIST_ENTRY link = InterlockedFlushSList(&shared->head);
    while (link != NULL && count++ < SHARED_ENTRIES) {
        PSLIST_ENTRY next = link->Next;
        (void)InterlockedPushEntrySList(&shared->head, link);
        link = next;
    }
    return count == SHARED_ENTRIES && link == NULL ? NULL : "an interlocked list has lost an entry";
}

const char *shared_check(struct shared *shared, const struct shared_use *uses)
{
    for (unsigned i = 0; i < PROGRAM_LOCKS; i++)
        if (shared->guarded[i] != uses->acquired[i])
            return "two threads held one spin lock";
    for (unsigned i = 0; i < PROGRAM_LISTS; i++)
        if (shared->lists[i].L.TotalAllocates != (ULONG)uses->taken[i] ||
            shared->lists[i].L.TotalFrees != (ULONG)uses->given[i])
            return "a lookaside list counts other calls than were made";
    const char *wrong = check_tags(shared, uses);
    return wrong != NULL ? wrong : check_entries(shared);
}
