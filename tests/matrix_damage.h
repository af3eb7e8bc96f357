/* matrix_damage.h - rows: writes and reads where there is no block. */
#include "tests/matrix.h"

/* A routine of the C library's, which no compiler puts in place of the call. */
static void *(*volatile library_copy)(void *to, const void *from, size_t bytes) = memcpy;

/* The right neighbour's header, or the guard page. */
static void write_past_end(void)
{
    unsigned char *pair[2] = {NULL, NULL};
    if (is_special || expool_verifier_is_on()) {
        pair[0] = make_nonpaged(ROOM);
    } else if (make_neighbours(pair, ROOM)) {
        FACT("header", pair[1] - 16);
    }
    FACT("bad", pair[0] + ROOM);
    put(pair[0] + ROOM - is_near_miss, OTHER);
    ExFreePool(pair[1] != NULL ? pair[1] : pair[0]);
}

static void write_long_past_end(void)
{
    unsigned char *pair[2] = {NULL, NULL};
    if (is_special || expool_verifier_is_on())
        pair[0] = make_nonpaged(ROOM);
    else if (make_neighbours(pair, ROOM))
        FACT("header", pair[1] - 16);
    FACT("bad", pair[0] + ROOM);
    volatile unsigned char *at = pair[0];
    for (unsigned i = 0; i < (is_near_miss ? ROOM : ROOM + 40); i++)
        at[i] = 0x11;
    ExFreePool(pair[1] != NULL ? pair[1] : pair[0]);
}

static void write_into_slack(void)
{
    unsigned char *block = make_nonpaged(50);
    FACT("bad", block + 50);
    put(block + 50 - is_near_miss, OTHER);
    ExFreePool(block);
}

static void flip_bit_in_slack(void)
{
    unsigned char *block = make_nonpaged(50);
    FACT("bad", block + 53);
    if (!is_near_miss)
        put(block + 53, touch(block + 53) ^ 4);
    ExFreePool(block);
}

static void flip_two_bits_in_slack(void)
{
    unsigned char *block = make_nonpaged(50);
    FACT("bad", block + 53);
    if (!is_near_miss)
        put(block + 53, touch(block + 53) ^ 5);
    ExFreePool(block);
}

static void flip_bit_in_front(void)
{
    unsigned char *block = make_nonpaged(50);
    FACT("bad", block - 20);
    if (!is_near_miss)
        put(block - 20, touch(block - 20) ^ 8);
    ExFreePool(block);
}

/* One byte past the end of blocks around the sizes where slack begins and ends. */
static void write_one_past(size_t size_bytes)
{
    unsigned char *block = make_nonpaged(size_bytes);
    FACT("bad", block + size_bytes);
    put(block + size_bytes - is_near_miss, OTHER);
    ExFreePool(block);
}

static void write_past_15(void)
{
    write_one_past(0xF);
}

static void write_past_16(void)
{
    write_one_past(0x10);
}

static void write_past_17(void)
{
    write_one_past(0x11);
}

static void write_past_4079(void)
{
    write_one_past(0xFEF);
}

static void write_past_4080(void)
{
    write_one_past(0xFF0);
}

static void write_past_4096(void)
{
    write_one_past(0x1000);
}

static void read_in_slack(void)
{
    unsigned char *block = make_nonpaged(50);
    (void)touch(block + 50 - is_near_miss);
    ExFreePool(block);
}

static void read_past_slack(void)
{
    unsigned char *block = make_nonpaged(50);
    KIRQL old = raise_to_row();
    FACT("bad", block + 64);
    (void)touch(block + (is_near_miss ? 49 : 64));
    KeLowerIrql(old);
    ExFreePool(block);
}

static void write_past_page(void)
{
    unsigned char *block = make_nonpaged(ROOM);
    unsigned char *end = (unsigned char *)PAGE_ALIGN(block) + PAGE_SIZE;
    KIRQL old = raise_to_row();
    FACT("bad", end);
    put(is_near_miss ? block + ROOM - 1 : end, 1);
    KeLowerIrql(old);
    ExFreePool(block);
}

static void copy_past_page(void)
{
    unsigned char *block = make_nonpaged(ROOM);
    static unsigned char from[2 * PAGE_SIZE];
    KIRQL old = raise_to_row();
    library_copy(block, from, is_near_miss ? ROOM : sizeof from);
    KeLowerIrql(old);
    ExFreePool(block);
}

static void write_before_start(void)
{
    unsigned char *block = make_nonpaged(100);
    FACT("bad", block - 2);
    put(is_near_miss ? block : block - 2, OTHER);
    ExFreePool(block);
}

static void write_before_page(void)
{
    unsigned char *block = make_nonpaged(ROOM);
    unsigned char *start = PAGE_ALIGN(block);
    FACT("bad", start - 1);
    put(is_near_miss ? block : start - 1, 1);
    ExFreePool(block);
}

static void read_after_free(void)
{
    unsigned char *block = make_nonpaged(ROOM);
    FACT("bad", block + 8);
    if (is_near_miss)
        (void)touch(block + 8);
    KIRQL old = raise_to_row();
    ExFreePool(block);
    if (!is_near_miss)
        (void)touch(block + 8);
    KeLowerIrql(old);
}

/* Into the header in normal pool: what is told at the next use. */
static void write_after_free(void)
{
    unsigned char *block = make_nonpaged(ROOM);
    unsigned char *at = is_special ? block : block - 10;
    FACT("bad", at);
    ExFreePool(block);
    KIRQL old = raise_to_row();
    if (!is_near_miss)
        put(at, (unsigned char)(is_special ? 1 : touch(at) ^ 0x55));
    KeLowerIrql(old);
    for (unsigned i = 0; i < 64; i++)
        (void)ExAllocatePoolWithTag(NonPagedPoolNx, ROOM, TAG);
}

static void copy_after_free(void)
{
    unsigned char *block = make_nonpaged(ROOM);
    static unsigned char to[ROOM];
    if (is_near_miss)
        library_copy(to, block, ROOM);
    ExFreePool(block);
    KIRQL old = raise_to_row();
    if (!is_near_miss)
        library_copy(to, block, ROOM);
    KeLowerIrql(old);
}

static void touch_freed_page(void)
{
    unsigned char *block = make_nonpaged(3 * PAGE_SIZE);
    FACT("bad", block + 5000);
    KIRQL old = raise_to_row();
    ExFreePool(block);
    if (!is_near_miss)
        put(block + 5000, 1);
    KeLowerIrql(old);
}

/* `at` in the header of the second of two blocks becomes `value`. */
static void damage_header(unsigned at, unsigned char value)
{
    unsigned char *pair[2] = {NULL, NULL};
    if (!make_neighbours(pair, ROOM))
        return;
    FACT("header", pair[1] - 16);
    FACT("before", pair[0] - 16);
    FACT("after", pair[1] + ROOM);
    if (!is_near_miss)
        put(pair[1] - 16 + at, value);
    ExFreePool(pair[1]);
}

static void own_previous_too_large(void)
{
    damage_header(1, 1); /* previous_units, the high byte */
}

static void own_size_zero(void)
{
    damage_header(3, 0);
}

static void own_size_too_large(void)
{
    damage_header(3, 255);
}

static void own_tag_changed(void)
{
    damage_header(8, '!');
}

static void next_header_changed(void)
{
    unsigned char *pair[2] = {NULL, NULL};
    if (expool_verifier_is_on())
        pair[0] = make_nonpaged(ROOM);
    else if (make_neighbours(pair, ROOM))
        FACT("header", pair[1] - 16);
    FACT("bad", pair[0] + ROOM);
    if (!is_near_miss)
        memset(pair[0] + ROOM, 0x41, 16);
    ExFreePool(expool_verifier_is_on() ? pair[0] : pair[1]);
}

/* Of a listed block. */
static void free_list_link(void)
{
    (void)make_nonpaged(2000);
    unsigned char *block = ExAllocatePoolWithTag(NonPagedPoolNx, 1000, TAG);
    (void)ExAllocatePoolWithTag(NonPagedPoolNx, 900, TAG);
    ExFreePool(block);
    expool_pool_trim(); /* out of the cache, which has no links */
    if (!is_near_miss)
        memset(block, 0x42, 16);
    for (unsigned i = 0; i < 200; i++)
        (void)ExAllocatePoolWithTag(NonPagedPoolNx, 1000, TAG);
}

static void execute_pool(void)
{
    unsigned char *code = make(is_near_miss ? NonPagedPool : NonPagedPoolNx, 16);
    void (*function)(void);
    code[0] = 0xC3; /* ret */
    memcpy(&function, &code, sizeof function);
    KIRQL old = raise_to_row();
    function();
    KeLowerIrql(old);
}

/* A link of the pool's own that was written over leads its code astray. */
static void lead_astray(SIZE_T size_bytes)
{
    KIRQL old;
    NPAGED_LOOKASIDE_LIST list;
    ExInitializeNPagedLookasideList(&list, NULL, NULL, 0, size_bytes, TAG, 0);
    unsigned char *first = ExAllocateFromNPagedLookasideList(&list);
    unsigned char *second = ExAllocateFromNPagedLookasideList(&list);
    ExFreeToNPagedLookasideList(&list, first);
    ExFreeToNPagedLookasideList(&list, second);
    uintptr_t astray = (uintptr_t)second + ((uintptr_t)1 << 30);
    FACT("bad", astray);
    if (!is_near_miss)
        memcpy(second, &astray, sizeof astray);
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    (void)ExAllocateFromNPagedLookasideList(&list);
    (void)ExAllocateFromNPagedLookasideList(&list);
    KeLowerIrql(old);
}

static void crash_in_small_pool_code(void)
{
    lead_astray(64);
}

static void crash_in_page_code(void)
{
    lead_astray(5000);
}

static void touch_unused_pool(void)
{
    unsigned char *block = make_nonpaged(ROOM);
    unsigned char *far = block + ((size_t)1 << 30);
    FACT("bad", far);
    KIRQL old = raise_to_row();
    put(is_near_miss ? block : far, 1);
    KeLowerIrql(old);
}

static void touch_paged_at_dispatch(void)
{
    KIRQL old;
    unsigned char *block = make(PagedPool, 100);
    FACT("bad", block + 7);
    block[7] = 1;
    if (is_near_miss)
        (void)touch(block + 7);
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    if (!is_near_miss)
        (void)touch(block + 7);
    KeLowerIrql(old);
    (void)touch(block + 7);
    ExFreePool(block);
}

static void touch_trimmed_at_dispatch(void)
{
    KIRQL old;
    unsigned char *block = make(PagedPool, 100);
    FACT("bad", block + 7);
    block[7] = 1;
    expool_trim();
    if (is_near_miss)
        (void)touch(block + 7);
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    if (!is_near_miss || !expool_verifier_is_on())
        (void)touch(block + 7);
    KeLowerIrql(old);
    ExFreePool(block);
}

/* An allocation that fails, and is used as if it had not. */
static void use_failed_allocation(void)
{
    KIRQL old;
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    unsigned char *block = ExAllocatePoolWithTag(NonPagedPoolNx, 100, TAG);
    if (block != NULL || !is_near_miss)
        put(block + 8, 1);
    KeLowerIrql(old);
}
