#include "pool/fault_verdict.h"

#include "tests/expect.h"

#include "pool/util.h"

enum { NONE = VIOLATION_KIND_COUNT };

/* By driver, library, small-block code, page code, unloaded code. */
struct row {
    enum fault_place place;
    unsigned irql;
    enum os_access access;
    int kind[5];
};

#define EVERY(kind)                                                                                \
    {                                                                                              \
        kind, kind, kind, kind, kind                                                               \
    }
#define D1(kernel, unloaded)                                                                       \
    {                                                                                              \
        VIOLATION_FAULT_IRQL_DRIVER, VIOLATION_FAULT_IRQL_KERNEL + (kernel),                       \
            VIOLATION_FAULT_SMALL_POOL_CODE, VIOLATION_FAULT_PAGE_POOL_CODE,                       \
            VIOLATION_FAULT_IRQL_KERNEL + (unloaded)                                               \
    }
#define IMAGE    (VIOLATION_FAULT_DRIVER_IMAGE - VIOLATION_FAULT_IRQL_KERNEL)
#define UNLOADED (VIOLATION_FAULT_UNLOADED_IMAGE - VIOLATION_FAULT_IRQL_KERNEL)
#define SPLIT(driver, other)                                                                       \
    {                                                                                              \
        driver, other, other, other, other                                                         \
    }

static const struct row rows[] = {
    {FAULT_SPECIAL_FREED, 0, OS_READ,
     SPLIT(VIOLATION_FAULT_FREED_DRIVER, VIOLATION_FAULT_FREED_KERNEL)},
    {FAULT_SPECIAL_FREED, 1, OS_WRITE,
     SPLIT(VIOLATION_FAULT_FREED_DRIVER, VIOLATION_FAULT_FREED_KERNEL)},
    {FAULT_SPECIAL_FREED, 2, OS_READ, D1(0, 0)},
    {FAULT_SPECIAL_NO_PAGE, 0, OS_READ,
     SPLIT(VIOLATION_FAULT_BEYOND_DRIVER, VIOLATION_FAULT_BEYOND_KERNEL)},
    {FAULT_SPECIAL_NO_PAGE, 0, OS_EXECUTE,
     SPLIT(VIOLATION_FAULT_BEYOND_DRIVER, VIOLATION_FAULT_BEYOND_KERNEL)},
    {FAULT_SPECIAL_NO_PAGE, 15, OS_WRITE, D1(0, 0)},
    {FAULT_SPECIAL_LIVE, 0, OS_EXECUTE, EVERY(VIOLATION_FAULT_NO_EXECUTE)},
    {FAULT_SPECIAL_LIVE, 2, OS_EXECUTE, D1(0, 0)},
    {FAULT_POOL, 0, OS_EXECUTE, EVERY(VIOLATION_FAULT_NO_EXECUTE)},
    {FAULT_POOL,
     0,
     OS_READ,
     {VIOLATION_FAULT_IN_POOL, VIOLATION_FAULT_IN_POOL, VIOLATION_FAULT_IN_POOL,
      VIOLATION_FAULT_IN_POOL, VIOLATION_FAULT_BY_UNLOADED}},
    {FAULT_POOL, 2, OS_READ, D1(0, 0)},
    {FAULT_POOL_FREED,
     0,
     OS_WRITE,
     {VIOLATION_FAULT_FREED_PAGE, VIOLATION_FAULT_FREED_PAGE, VIOLATION_FAULT_FREED_PAGE,
      VIOLATION_FAULT_FREED_PAGE, VIOLATION_FAULT_BY_UNLOADED}},
    {FAULT_POOL_FREED, 2, OS_WRITE, D1(0, 0)},
    {FAULT_DRIVER_IMAGE, 0, OS_WRITE, EVERY(VIOLATION_FAULT_READ_ONLY)},
    {FAULT_DRIVER_IMAGE, 2, OS_WRITE, D1(IMAGE, IMAGE)},
    {FAULT_UNLOADED_IMAGE, 0, OS_EXECUTE, {NONE, NONE, NONE, NONE, VIOLATION_FAULT_BY_UNLOADED}},
    {FAULT_UNLOADED_IMAGE, 2, OS_EXECUTE, D1(UNLOADED, UNLOADED)},
    {FAULT_ELSEWHERE, 0, OS_READ, {NONE, NONE, NONE, NONE, VIOLATION_FAULT_BY_UNLOADED}},
    {FAULT_ELSEWHERE, 2, OS_READ, D1(0, 0)},
};

TEST(the_table_judges_irql_first_then_place_then_code)
{
    for (unsigned i = 0; i < COUNT_OF(rows); i++)
        for (unsigned code = 0; code < 5; code++) {
            struct fault_facts facts = {rows[i].place, (enum fault_code)code, rows[i].irql,
                                        rows[i].access};
            EXPECT_THAT((int)fault_verdict(&facts) == rows[i].kind[code],
                        "row %u, code %u: %d, not %d", i, code, (int)fault_verdict(&facts),
                        rows[i].kind[code]);
        }
}

TEST(the_parameters_of_50_are_those_of_the_processor)
{
    static const struct {
        enum os_access access;
        uint64_t parameter;
    } as[] = {{OS_READ, 0}, {OS_WRITE, 2}, {OS_EXECUTE, 0x10}};
    for (unsigned i = 0; i < COUNT_OF(as); i++) {
        struct violation violation = {.kind = VIOLATION_FAULT_IN_POOL, .access = as[i].access};
        struct stop stop;
        EXPECT(violation_stop(&violation, &stop));
        EXPECT_EQUAL(stop.parameter[1], as[i].parameter);
    }
}

TESTS_MAIN("fault_verdict")
