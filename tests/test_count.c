#include "tests/threads.h"
#include "tests/verified.h"

#include "expool/budget.h"
#include "expool/driver.h"
#include "expool/spin_lock.h"

static struct expool_verifier_counters now(void)
{
    struct expool_verifier_counters counters;
    expool_verifier_counters_get(&counters);
    return counters;
}

TEST(blocks_and_bytes_are_counted_by_pool_in_special_and_in_normal_pool)
{
    static const char *const ways[] = {"", "special_pool=none"};
    for (unsigned i = 0; i < 2; i++) {
        verified(ways[i]);
        struct expool_verifier_counters before = now();
        void *paged = ExAllocatePoolWithTag(PagedPool, 100, TAG);
        void *first = nonpaged(30);
        void *second = nonpaged(5000);
        struct expool_verifier_counters after = now();
        EXPECT_EQUAL(after.paged.allocations, before.paged.allocations + 1);
        EXPECT_EQUAL(after.paged.bytes, before.paged.bytes + 100);
        EXPECT_EQUAL(after.nonpaged.allocations, before.nonpaged.allocations + 2);
        EXPECT_EQUAL(after.nonpaged.bytes, before.nonpaged.bytes + 5030);
        EXPECT_EQUAL(after.allocations_succeeded, before.allocations_succeeded + 3);
        ExFreePool(paged);
        ExFreePool(first);
        ExFreePool(second);
        EXPECT_EQUAL(now().nonpaged.bytes, before.nonpaged.bytes);
        EXPECT(now().nonpaged.peak_bytes >= 5030);
        expool_verifier_stop();
    }
}

TEST(a_request_for_which_no_memory_is_left_counts_as_failed_wherever_its_block_was_to_lie)
{
    static const char *const ways[] = {"", "special_pool=none"};
    enum { TRACKING = 8 };
    for (unsigned i = 0; i < 3; i++) {
        verified(ways[i > 0]);
        if (i == 2)
            EXPECT(expool_verifier_flags_set(expool_verifier_flags() & ~(uint32_t)TRACKING));
        struct expool_verifier_counters before = now();
        expool_budget_set_limit(EXPOOL_CLASS_NONPAGED, (uint64_t)8 * PAGE_SIZE);
        EXPECT(nonpaged((size_t)9 * PAGE_SIZE) == NULL);
        expool_budget_set_limit(EXPOOL_CLASS_NONPAGED, 0);
        EXPECT_EQUAL(now().allocations_attempted, before.allocations_attempted + 1);
        EXPECT_EQUAL(now().allocations_failed, before.allocations_failed + 1);
        EXPECT_EQUAL(now().allocations_succeeded, before.allocations_succeeded);
        expool_verifier_stop();
    }
}

TEST(spin_locks_and_trims_are_counted)
{
    KSPIN_LOCK lock;
    KIRQL old;
    verified("");
    struct expool_verifier_counters before = now();
    void *paged = ExAllocatePoolWithTag(PagedPool, 100, TAG);
    KeInitializeSpinLock(&lock);
    for (unsigned i = 0; i < 5; i++) {
        KeAcquireSpinLock(&lock, &old);
        KeReleaseSpinLock(&lock, old);
    }
    EXPECT_EQUAL(now().spin_locks_acquired, before.spin_locks_acquired + 5);
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    KeAcquireSpinLockAtDpcLevel(&lock);
    KeReleaseSpinLockFromDpcLevel(&lock);
    KeLowerIrql(old);
    EXPECT_EQUAL(now().spin_locks_acquired, before.spin_locks_acquired + 6);
    before.trim_requests++;
    EXPECT_EQUAL(now().trim_requests, before.trim_requests + 5);
    EXPECT_EQUAL(now().trims, before.trims + 1);
    ExFreePool(paged);
}

TEST(allocations_without_a_tag_are_counted)
{
    verified("");
    struct expool_verifier_counters before = now();
    void *block = ExAllocatePool(NonPagedPool, 10);
    EXPECT_EQUAL(now().allocations_without_tag, before.allocations_without_tag + 1);
    ExFreePool(block);
}

TEST(nothing_is_counted_while_the_verifier_is_off)
{
    KSPIN_LOCK lock;
    KIRQL old;
    verified("");
    expool_verifier_stop();
    struct expool_verifier_counters before = now();
    KeInitializeSpinLock(&lock);
    KeAcquireSpinLock(&lock, &old);
    KeReleaseSpinLock(&lock, old);
    ExFreePool(ExAllocatePool(NonPagedPool, 10));
    EXPECT_EQUAL(now().spin_locks_acquired, before.spin_locks_acquired);
    EXPECT_EQUAL(now().irql_raises, before.irql_raises);
    EXPECT_EQUAL(now().allocations_attempted, before.allocations_attempted);
    EXPECT_EQUAL(now().allocations_without_tag, before.allocations_without_tag);
}

static void *driver_block;

static VOID unload(PDRIVER_OBJECT driver)
{
    (void)driver;
    ExFreePool(driver_block);
}

static NTSTATUS entry(PDRIVER_OBJECT driver, PUNICODE_STRING path)
{
    (void)path;
    driver->DriverUnload = unload;
    driver_block = nonpaged(77);
    return STATUS_SUCCESS;
}

static struct expool_verifier_driver row_of(const char *name)
{
    struct expool_verifier_driver rows[8] = {
        {{0}, EXPOOL_DRIVER_NEVER_LOADED, false, 0, 0, {0}, {0}}};
    size_t count = expool_verifier_drivers_list(rows, 8);
    for (size_t i = 0; i < count && i < 8; i++)
        if (strcmp(rows[i].name, name) == 0)
            return rows[i];
    return (struct expool_verifier_driver){.name = ""};
}

TEST(a_driver_has_its_own_row_from_load_to_unload)
{
    PDRIVER_OBJECT driver;
    static const char *const ways[] = {"", "special_pool=none"};
    for (unsigned i = 0; i < 2; i++) {
        verified(ways[i]);
        void *own = nonpaged(10); /* the host's */
        EXPECT(expool_driver_load(entry, "counted", &driver) == STATUS_SUCCESS);
        EXPECT_EQUAL(row_of("counted").state, EXPOOL_DRIVER_LOADED);
        EXPECT_EQUAL(row_of("counted").loads, i + 1);
        EXPECT_EQUAL(row_of("counted").nonpaged.allocations, 1);
        EXPECT_EQUAL(row_of("counted").nonpaged.bytes, 77);
        EXPECT_EQUAL(row_of("counted").paged.allocations, 0);
        EXPECT(expool_driver_unload(driver) == STATUS_SUCCESS);
        EXPECT_EQUAL(row_of("counted").state, EXPOOL_DRIVER_UNLOADED);
        EXPECT_EQUAL(row_of("counted").nonpaged.allocations, 0);
        EXPECT_EQUAL(row_of("counted").nonpaged.peak_allocations, 1);
        EXPECT_EQUAL(passed.count, 0);
        ExFreePool(own);
        expool_verifier_stop();
    }
    EXPECT_EQUAL(now().loads, 2);
    EXPECT_EQUAL(now().unloads, 2);
}

/* Its image was looked at before there was a driver in it. */
TEST(a_driver_may_be_chosen_by_the_name_it_is_loaded_by)
{
    PDRIVER_OBJECT driver;
    verified("drivers='counted'");
    EXPECT(expool_driver_load(entry, "counted", &driver) == STATUS_SUCCESS);
    EXPECT(row_of("counted").is_verified);
    EXPECT_EQUAL(row_of("counted").nonpaged.allocations, 1);
    EXPECT(expool_driver_unload(driver) == STATUS_SUCCESS);
}

TEST(a_driver_that_was_only_named_has_a_row_too)
{
    verified("");
    EXPECT(expool_verifier_driver_add("nowhere.sys"));
    EXPECT(row_of("nowhere.sys").is_verified);
    EXPECT_EQUAL(row_of("nowhere.sys").state, EXPOOL_DRIVER_NEVER_LOADED);
    EXPECT(expool_verifier_driver_remove("nowhere"));
    EXPECT(!expool_verifier_driver_remove("nowhere"));
}

TEST(who_is_not_named_is_judged_as_without_the_verifier)
{
    verified("");
    EXPECT(expool_verifier_driver_add("somebody_else"));
    void *block = ExAllocatePoolWithTag(NonPagedPoolNx, 0, TAG); /* no stop: served */
    EXPECT(block != NULL);
    EXPECT_EQUAL(passed.count, 0);
    ExFreePool(block);
    ExFreePool(block);
    EXPECT_EQUAL(passed.last.code, 0xC2);
    EXPECT_EQUAL(passed.last.subcode, 0x07);
}

TESTS_MAIN("count")
