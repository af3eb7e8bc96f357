/* matrix_free.h - rows: asking for memory and giving it back. */
#include "tests/matrix.h"

static void free_twice(void)
{
    unsigned char *block = make_nonpaged(100);
    KIRQL old = raise_to_row();
    ExFreePool(block);
    if (!is_near_miss)
        ExFreePool(block);
    KeLowerIrql(old);
}

static void free_twice_with_frees_between(void)
{
    unsigned char *others[100];
    for (unsigned i = 0; i < 100; i++)
        others[i] = ExAllocatePoolWithTag(NonPagedPoolNx, 300 + i, TAG);
    unsigned char *block = make_nonpaged(100);
    ExFreePool(block);
    for (unsigned i = 0; i < 100; i++)
        ExFreePool(others[i]);
    if (!is_near_miss)
        ExFreePool(block);
}

static void free_big_twice(void)
{
    unsigned char *block = make(PagedPool, 3 * PAGE_SIZE);
    ExFreePool(block);
    if (!is_near_miss)
        ExFreePool(block);
}

static void free_stack(void)
{
    unsigned char local[64];
    unsigned char *block = make_nonpaged(100);
    FACT("given", local);
    ExFreePool(is_near_miss ? block : local);
}

static void free_static(void)
{
    static unsigned char data[64];
    unsigned char *block = make_nonpaged(100);
    FACT("given", data);
    ExFreePool(is_near_miss ? block : data);
}

static void free_null(void)
{
    unsigned char *block = make_nonpaged(100);
    ExFreePool(is_near_miss ? block : NULL);
}

static void free_at(POOL_TYPE type, size_t size_bytes, ptrdiff_t offset)
{
    unsigned char *block = make(type, size_bytes);
    unsigned char *end = (unsigned char *)(((uintptr_t)block + size_bytes + PAGE_SIZE - 1) &
                                           ~(uintptr_t)(PAGE_SIZE - 1));
    FACT("given", block + offset);
    FACT("calculated", end - block - offset);
    ExFreePool(is_near_miss ? block : block + offset);
}

static void free_misaligned(void)
{
    free_at(NonPagedPoolNx, 100, 4);
}

static void free_middle_small(void)
{
    free_at(NonPagedPoolNx, 100, 32);
}

/* Where blocks lie at their page's start, that is behind the block in front. */
static void free_below_small(void)
{
    (void)ExAllocatePoolWithTag(NonPagedPoolNx, 100, TAG);
    free_at(NonPagedPoolNx, 100, -16);
}

static void free_middle_big_paged(void)
{
    free_at(PagedPool, 5 * PAGE_SIZE, 2 * PAGE_SIZE);
}

static void free_middle_big_nonpaged(void)
{
    free_at(NonPagedPoolNx, 5 * PAGE_SIZE, 2 * PAGE_SIZE);
}

static void free_wrong_tag(void)
{
    unsigned char *block = make_nonpaged(100);
    FACT("other", 'rhtO');
    ExFreePoolWithTag(block, is_near_miss ? TAG : 'rhtO');
}

static void free_without_tag(void)
{
    ExFreePoolWithTag(make_nonpaged(100), 0);
}

static void free_wrong_size(void)
{
    unsigned char *block = make_nonpaged(100);
    ExpFreePool2(block, TAG, is_near_miss ? 100 : 101, 0);
}

static void free_in_pool(POOL_TYPE type)
{
    unsigned char *block = make(type, 100);
    KIRQL old = KeGetCurrentIrql();
    if (!is_near_miss)
        old = raise_to_row();
    ExFreePool(block);
    KeLowerIrql(old);
}

static void free_paged(void)
{
    free_in_pool(PagedPool);
}

static void free_nonpaged(void)
{
    free_in_pool(NonPagedPoolNx);
}

static void allocate_from(POOL_TYPE type)
{
    KIRQL old = KeGetCurrentIrql();
    FACT("type", (ULONG)type);
    FACT("size", 100);
    if (!is_near_miss)
        old = raise_to_row();
    void *block = ExAllocatePoolWithTag(type, 100, TAG);
    KeLowerIrql(old);
    if (block != NULL)
        ExFreePool(block);
}

static void allocate_paged(void)
{
    allocate_from(PagedPool);
}

static void allocate_nonpaged(void)
{
    allocate_from(NonPagedPoolNx);
}

static void allocate_zero_bytes(void)
{
    KIRQL old = raise_to_row();
    ExFreePool(ExAllocatePoolWithTag(NonPagedPoolNx, is_near_miss, TAG));
    KeLowerIrql(old);
}

static void allocate_must_succeed(void)
{
    (void)ExAllocatePoolWithTag(is_near_miss ? NonPagedPoolNx : NonPagedPoolMustSucceed, 100, TAG);
}

static void allocate_must_succeed_big(void)
{
    (void)ExAllocatePoolWithTag(is_near_miss ? NonPagedPoolNx : NonPagedPoolMustSucceed, 5000, TAG);
}

static void allocate_with_tag(ULONG tag)
{
    FACT("tag", tag);
    ExFreePool(ExAllocatePoolWithTag(NonPagedPoolNx, 100, is_near_miss ? (ULONG)TAG : tag));
}

static void tag_zero(void)
{
    allocate_with_tag(0);
}

static void tag_big(void)
{
    allocate_with_tag(' GIB');
}

static void tag_unreadable(void)
{
    allocate_with_tag(0x01020304);
}

static void allocate_executable(void)
{
    FACT("tag", TAG);
    ExFreePool(
        ExAllocatePoolWithTag(is_near_miss ? NonPagedPoolNx : NonPagedPoolExecute, 100, TAG));
}

static VOID charge(PKDPC dpc, PVOID context, PVOID argument1, PVOID argument2)
{
    (void)dpc, (void)context, (void)argument1, (void)argument2;
    POOL_FLAGS quota = is_near_miss ? 0 : (POOL_FLAGS)POOL_FLAG_USE_QUOTA;
    void *block = ExAllocatePool2(POOL_FLAG_NON_PAGED | quota, 100, TAG);
    if (block != NULL)
        ExFreePool(block);
}

static void quota_in_dpc(void)
{
    static KDPC dpc;
    KeInitializeDpc(&dpc, charge, NULL);
    KeInsertQueueDpc(&dpc, NULL, NULL);
    KeFlushQueuedDpcs();
}

/* An entry that is given to its list twice. */
static void free_entry_twice(void)
{
    NPAGED_LOOKASIDE_LIST list;
    ExInitializeNPagedLookasideList(&list, NULL, NULL, 0, 64, TAG, 0);
    unsigned char *entry = ExAllocateFromNPagedLookasideList(&list);
    FACT("block", entry);
    FACT("header", entry - 16);
    ExFreeToNPagedLookasideList(&list, entry);
    if (!is_near_miss)
        ExFreeToNPagedLookasideList(&list, entry);
}

static void overrun_entry(void)
{
    NPAGED_LOOKASIDE_LIST list;
    ExInitializeNPagedLookasideList(&list, NULL, NULL, 0, 64, TAG, 0);
    unsigned char *entry = ExAllocateFromNPagedLookasideList(&list);
    FACT("block", entry);
    FACT("bad", entry + 64);
    FACT("size", 64);
    put(entry + 64 - is_near_miss, OTHER);
    ExFreeToNPagedLookasideList(&list, entry);
}
