#include "pool/witness.h"

#include "pool/checker.h"
#include "pool/lock.h"
#include "pool/os.h"
#include "pool/util.h"

enum {
    UNIT_BYTES = 16,
    UNITS = 256, /* a page */
    PAGES_A_SLAB = 64,
    BIG_PAGES_BACK = 1 << 18, /* so far in front of an address a block may begin */
};

enum life { LIFE_NONE, LIFE_LIVE, LIFE_FREED };

struct record {
    uint64_t size_bytes; /* as requested */
    uint64_t number;
    uint32_t tag;
    stack_id allocated_stack;
    stack_id freed_stack;
    uint32_t thread_allocated;
    uint32_t thread_freed;
    uint32_t allocated_ms;
    uint8_t kind;
    uint8_t irql_allocated;
    uint8_t life;
};

static struct {
    uintptr_t start;
    size_t bytes;
    struct record **pages; /* NULL: there is no witness */
    uint64_t started_ms;
    uint64_t number;
    struct lock lock; /* of what follows */
    struct record *slab;
    unsigned slab_pages; /* of it, used */
} witness = {.lock = LOCK_INITIALIZER};

bool witness_start(const void *start, size_t bytes)
{
    order_is_inner(&witness.lock.mutex);
    witness.start = (uintptr_t)start;
    witness.bytes = bytes;
    witness.started_ms = os_clock_ms();
    witness.pages = os_table(bytes / PAGE_BYTES * sizeof(void *));
    return witness.pages != NULL;
}

static bool has(const void *address)
{
    return witness.pages != NULL && (uintptr_t)address - witness.start < witness.bytes;
}

static size_t page_of(const void *address)
{
    return ((uintptr_t)address - witness.start) / PAGE_BYTES;
}

static struct record *records_of(size_t page)
{
    return __atomic_load_n(&witness.pages[page], __ATOMIC_ACQUIRE);
}

/* Of a page that has none yet; NULL: no memory. */
static struct record *make_records(size_t page)
{
    lock_take(&witness.lock);
    struct record *records = witness.pages[page];
    if (records == NULL && (witness.slab == NULL || witness.slab_pages == PAGES_A_SLAB)) {
        witness.slab = os_table(sizeof(struct record) * UNITS * PAGES_A_SLAB);
        witness.slab_pages = 0;
    }
    if (records == NULL && witness.slab != NULL) {
        records = witness.slab + (size_t)witness.slab_pages++ * UNITS;
        __atomic_store_n(&witness.pages[page], records, __ATOMIC_RELEASE);
    }
    lock_drop(&witness.lock);
    return records;
}

/* A big block begins: what its pages have seen before is over. */
static void forget_lives(const void *block, size_t size_bytes)
{
    size_t pages = round_up(size_bytes, PAGE_BYTES) / PAGE_BYTES;
    for (size_t i = 0; i < pages; i++) {
        struct record *records = records_of(page_of(block) + i);
        for (unsigned unit = 0; records != NULL && unit < UNITS; unit++)
            records[unit].life = LIFE_NONE;
    }
}

static unsigned unit_of(const void *address)
{
    return (unsigned)((uintptr_t)address % PAGE_BYTES / UNIT_BYTES);
}

void witness_birth(const struct request *request, const void *block)
{
    if (!has(block))
        return;
    struct record *records = records_of(page_of(block));
    records = records != NULL ? records : make_records(page_of(block));
    if (records == NULL)
        return;
    if (unit_of(block) == 0)
        forget_lives(block, request->size_bytes);
    records[unit_of(block)] = (struct record){
        .size_bytes = request->size_bytes,
        .number = __atomic_add_fetch(&witness.number, 1, __ATOMIC_RELAXED),
        .tag = request->tag,
        .allocated_stack = stack_record(request->frame),
        .thread_allocated = os_thread_id(),
        .allocated_ms = (uint32_t)(os_clock_ms() - witness.started_ms),
        .kind = (uint8_t)request->kind,
        .irql_allocated = (uint8_t)irql_current,
        .life = LIFE_LIVE,
    };
}

void witness_death(const void *block, const void *frame)
{
    struct record *records = has(block) ? records_of(page_of(block)) : NULL;
    if (records == NULL)
        return;
    struct record *record = &records[unit_of(block)];
    if (record->life != LIFE_LIVE)
        return; /* it waited in a lookaside list: who put it there says more */
    record->thread_freed = os_thread_id();
    record->freed_stack = frame != NULL ? stack_record(frame) : 0;
    record->life = LIFE_FREED;
}

/* A record found, and where its block begins. */
struct found {
    const struct record *record;
    uintptr_t start;
};

static uintptr_t end_of(struct found found)
{
    return found.start + (found.record->size_bytes > 0 ? found.record->size_bytes : 1);
}

/* Bytes between the address and the block; 0: it covers it. */
static size_t distance(struct found found, uintptr_t address)
{
    if (address < found.start)
        return found.start - address;
    return address < end_of(found) ? 0 : address - end_of(found) + 1;
}

/* Where blocks of several lives lie one over the other, the last one's word counts. */
static bool is_outlived(const struct record *records, uintptr_t page, struct found found)
{
    for (unsigned unit = 0; unit < UNITS; unit++) {
        struct found other = {&records[unit], page + (uintptr_t)unit * UNIT_BYTES};
        if (other.record->life != LIFE_NONE && other.record->number > found.record->number &&
            other.start < end_of(found) && found.start < end_of(other))
            return true;
    }
    return false;
}

/* The nearest of a page; of two, the one in front. */
static struct found look_in_page(size_t page, uintptr_t address)
{
    const struct record *records = page < witness.bytes / PAGE_BYTES ? records_of(page) : NULL;
    uintptr_t start = witness.start + page * PAGE_BYTES;
    struct found best = {NULL, 0};
    for (unsigned unit = 0; records != NULL && unit < UNITS; unit++) {
        struct found here = {&records[unit], start + (uintptr_t)unit * UNIT_BYTES};
        if (here.record->life != LIFE_NONE && !is_outlived(records, start, here) &&
            (best.record == NULL || distance(here, address) < distance(best, address)))
            best = here;
    }
    return best;
}

/* The big block that reaches into the page of the address, or ends not a page in front of it. */
static struct found look_back(uintptr_t address)
{
    size_t page = page_of((const void *)address);
    for (size_t i = 1; i <= page && i <= BIG_PAGES_BACK; i++) {
        const struct record *records = records_of(page - i);
        struct found here = {records, witness.start + (page - i) * PAGE_BYTES};
        if (records != NULL && records->life != LIFE_NONE && distance(here, address) < PAGE_BYTES)
            return here;
    }
    return (struct found){NULL, 0};
}

static bool reaches_into(struct found found, uintptr_t page)
{
    return found.record != NULL && end_of(found) > page;
}

static struct found nearer(struct found one, struct found other, uintptr_t address)
{
    if (one.record == NULL || other.record == NULL)
        return one.record != NULL ? one : other;
    return distance(other, address) < distance(one, address) ? other : one;
}

/* What began in a page later than a big block is all that counts there. */
static struct found look(uintptr_t address)
{
    size_t page = page_of((const void *)address);
    struct found here = look_in_page(page, address);
    struct found before = look_back(address);
    if (here.record != NULL && reaches_into(before, page_start((const void *)address)))
        return here;
    struct found in_front = look_in_page(page - 1, address); /* of page 0: no page */
    return nearer(nearer(nearer(before, in_front, address), here, address),
                  look_in_page(page + 1, address), address);
}

static void fill(struct found found, struct story *story)
{
    const struct record *record = found.record;
    bool is_big = found.start % PAGE_BYTES == 0;
    bool is_live = record->life == LIFE_LIVE;
    *story = (struct story){
        .place = is_big ? STORY_BIG : STORY_SMALL,
        .is_live = is_live,
        .is_readable = is_live || !is_big,
        .block = (const unsigned char *)found.start,
        .size_bytes = record->size_bytes,
        .window = (const unsigned char *)page_start((const void *)found.start),
        .window_bytes = is_big ? round_up(record->size_bytes, PAGE_BYTES) : PAGE_BYTES,
        .pool = (enum pool_kind)record->kind,
        .tag = tag_without_protection(record->tag),
        .irql_allocated = record->irql_allocated,
        .has_details = true,
        .thread_allocated = record->thread_allocated,
        .thread_freed = record->thread_freed,
        .allocated_ms = record->allocated_ms,
        .number = record->number,
        .allocated_stack = record->allocated_stack,
        .freed_stack = record->freed_stack,
    };
}

bool witness_tell(const void *address, struct story *story)
{
    struct found found = has(address) ? look((uintptr_t)address) : (struct found){NULL, 0};
    if (found.record != NULL)
        fill(found, story);
    return found.record != NULL;
}

void witness_tell_more(struct story *story)
{
    const struct record *records = has(story->block) ? records_of(page_of(story->block)) : NULL;
    enum life life = story->is_live ? LIFE_LIVE : LIFE_FREED;
    if (records != NULL && records[unit_of(story->block)].life == life)
        fill((struct found){&records[unit_of(story->block)], (uintptr_t)story->block}, story);
}

static void close_between(uintptr_t start, uintptr_t end)
{
    if (start < end)
        checker_close((const void *)start, end - start); /* NOLINT(performance-no-int-to-ptr) */
}

/* Of a page in which blocks began; false: it is nobody's, or a big block's. */
static bool close_between_blocks(const struct record *records, uintptr_t page)
{
    uintptr_t open = page;
    bool has_any = false;
    for (unsigned unit = 0; records != NULL && unit < UNITS; unit++) {
        struct found here = {&records[unit], page + (uintptr_t)unit * UNIT_BYTES};
        has_any = has_any || here.record->life != LIFE_NONE;
        if (here.record->life != LIFE_LIVE)
            continue;
        close_between(open, here.start);
        open = end_of(here);
    }
    if (has_any)
        close_between(open, page + PAGE_BYTES);
    return has_any;
}

static void close_page(size_t page)
{
    uintptr_t start = witness.start + page * PAGE_BYTES;
    if (close_between_blocks(records_of(page), start))
        return;
    struct found before = look_back(start);
    bool is_open = reaches_into(before, start) && before.record->life == LIFE_LIVE;
    close_between(is_open ? end_of(before) : start, start + PAGE_BYTES);
}

void witness_close(const void *start, size_t bytes)
{
    if (checker_present != CHECKER_VALGRIND || !has(start))
        return;
    for (size_t i = 0; i < bytes / PAGE_BYTES; i++)
        close_page(page_of(start) + i);
}

void witness_lock(void)
{
    lock_take(&witness.lock);
}

void witness_unlock(void)
{
    lock_drop(&witness.lock);
}
