#include "pool/fault_verdict.h"

#include "pool/heap.h"
#include "pool/pool.h"
#include "pool/pool_code.h"
#include "pool/util.h"

#define BIT(number) (1u << (number))
#define ANY         (~0u)

#define SPECIAL (BIT(FAULT_SPECIAL_LIVE) | BIT(FAULT_SPECIAL_FREED) | BIT(FAULT_SPECIAL_NO_PAGE))
#define POOLS   (BIT(FAULT_POOL) | BIT(FAULT_POOL_FREED))
#define PRESENT (BIT(FAULT_SPECIAL_LIVE) | POOLS)
#define DRIVER  BIT(FAULT_BY_DRIVER)

struct row {
    unsigned irql_least;
    unsigned accesses; /* bits by enum os_access */
    unsigned places;
    unsigned codes;
    enum violation_kind kind;
};

static const struct row rows[] = {
    /* At a raised IRQL nothing can be brought in, whatever it is: table B. */
    {IRQL_DISPATCH, ANY, ANY, DRIVER, VIOLATION_FAULT_IRQL_DRIVER},
    {IRQL_DISPATCH, ANY, ANY, BIT(FAULT_BY_SMALL_POOL), VIOLATION_FAULT_SMALL_POOL_CODE},
    {IRQL_DISPATCH, ANY, ANY, BIT(FAULT_BY_PAGE_POOL), VIOLATION_FAULT_PAGE_POOL_CODE},
    {IRQL_DISPATCH, ANY, BIT(FAULT_DRIVER_IMAGE), ANY, VIOLATION_FAULT_DRIVER_IMAGE},
    {IRQL_DISPATCH, ANY, BIT(FAULT_UNLOADED_IMAGE), ANY, VIOLATION_FAULT_UNLOADED_IMAGE},
    {IRQL_DISPATCH, ANY, ANY, ANY, VIOLATION_FAULT_IRQL_KERNEL},
    /* Below it, by what is there. */
    {IRQL_PASSIVE, BIT(OS_EXECUTE), PRESENT, ANY, VIOLATION_FAULT_NO_EXECUTE},
    {IRQL_PASSIVE, BIT(OS_WRITE), BIT(FAULT_DRIVER_IMAGE), ANY, VIOLATION_FAULT_READ_ONLY},
    {IRQL_PASSIVE, ANY, BIT(FAULT_SPECIAL_FREED), DRIVER, VIOLATION_FAULT_FREED_DRIVER},
    {IRQL_PASSIVE, ANY, BIT(FAULT_SPECIAL_FREED), ANY, VIOLATION_FAULT_FREED_KERNEL},
    {IRQL_PASSIVE, ANY, SPECIAL, DRIVER, VIOLATION_FAULT_BEYOND_DRIVER},
    {IRQL_PASSIVE, ANY, SPECIAL, ANY, VIOLATION_FAULT_BEYOND_KERNEL},
    {IRQL_PASSIVE, ANY, ANY, BIT(FAULT_BY_UNLOADED), VIOLATION_FAULT_BY_UNLOADED},
    {IRQL_PASSIVE, ANY, BIT(FAULT_POOL_FREED), ANY, VIOLATION_FAULT_FREED_PAGE},
    {IRQL_PASSIVE, ANY, BIT(FAULT_POOL), ANY, VIOLATION_FAULT_IN_POOL},
};

enum violation_kind fault_verdict(const struct fault_facts *facts)
{
    for (unsigned i = 0; i < COUNT_OF(rows); i++) {
        const struct row *row = &rows[i];
        if (facts->irql >= row->irql_least && (row->accesses & BIT(facts->access)) != 0 &&
            (row->places & BIT(facts->place)) != 0 && (row->codes & BIT(facts->code)) != 0)
            return row->kind;
    }
    return VIOLATION_KIND_COUNT;
}

enum fault_code fault_code_of_thread(enum fault_code other)
{
    if (pool_code_current == POOL_CODE_NONE)
        return other;
    return pool_code_current == POOL_CODE_SMALL ? FAULT_BY_SMALL_POOL : FAULT_BY_PAGE_POOL;
}

enum fault_place fault_place_in_pool(const void *address)
{
    enum pool_kind kind;
    if (!pool_has(address, &kind))
        return FAULT_ELSEWHERE;
    const struct pages *pages = &pool_heap(kind)->pages;
    size_t index = pages_index(pages, address);
    bool is_freed = index < pages->capacity && pages_use(pages, index) == PAGE_FREE;
    return is_freed ? FAULT_POOL_FREED : FAULT_POOL;
}

/* What a page-table entry of the page would hold: valid, writable, no-execute. */
static uint64_t page_word(enum violation_kind kind)
{
    enum { VALID = 1, WRITABLE = 2 };
    if (kind == VIOLATION_FAULT_READ_ONLY)
        return VALID;
    return kind == VIOLATION_FAULT_NO_EXECUTE ? VALID | WRITABLE | UINT64_C(1) << 63 : 0;
}

/* P4 of 0x50: the entry was given back, or there is no table for it yet. */
static uint64_t page_fault_class(enum fault_place place)
{
    enum { FREED_ENTRY = 0, NO_TABLE = 2 };
    return place == FAULT_POOL ? NO_TABLE : FREED_ENTRY;
}

struct violation fault_violation(enum violation_kind kind, const struct fault_facts *facts,
                                 const struct os_fault *fault)
{
    uintptr_t caller = os_fault_caller(fault);
    os_fault_leave_nowhere(fault);
    return (struct violation){
        .kind = kind,
        .column = COLUMN_PLAIN,
        .address = (const void *)fault->address,
        .access = facts->access,
        .irql = facts->irql,
        .pc = caller != 0 ? caller : fault->pc,
        .fault_frame = (const void *)fault->frame,
        .expected = page_word(kind),
        .found = kind == VIOLATION_FAULT_IN_POOL ? page_fault_class(facts->place) : fault->pc,
    };
}
