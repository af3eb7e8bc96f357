#include "tests/expect.h"

#include "expool/budget.h"
#include "expool/named_event.h"
#include "expool/pool.h"
#include "kernel/object.h"
#include "pool/budget.h"

#include <stdio.h>

enum { TAG = 'tseT', MIB = 1 << 20, PAGE = 4096 };

/* As a driver opens it; NULL: there was none of that name, and one was made. */
static PKEVENT condition(const char *name)
{
    char path[96];
    WCHAR wide[96];
    HANDLE handle;
    int length = snprintf(path, sizeof path, "\\KernelObjects\\%s", name);
    for (int i = 0; i < length; i++)
        wide[i] = (WCHAR)path[i];
    USHORT bytes = (USHORT)(length * 2);
    UNICODE_STRING text = {bytes, bytes, wide};
    PKEVENT event = IoCreateNotificationEvent(&text, &handle);
    EXPECT(event != NULL);
    bool is_ours = object_references(event) == 2; /* its own, and the handle's */
    ZwClose(handle);
    return is_ours ? event : NULL;
}

static bool is_set(const char *name)
{
    EXPECT(condition(name) != NULL);
    return KeReadStateEvent(condition(name)) != 0;
}

TEST(all_nine_have_names)
{
    static const char *const names[] = {
        "LowMemoryCondition",     "HighMemoryCondition",      "LowPagedPoolCondition",
        "HighPagedPoolCondition", "LowNonPagedPoolCondition", "HighNonPagedPoolCondition",
        "LowCommitCondition",     "HighCommitCondition",      "MaximumCommitCondition"};
    for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++)
        EXPECT(condition(names[i]) != NULL);
    EXPECT(condition("lowmemorycondition") == condition("LowMemoryCondition"));
    EXPECT(condition("LowMemory") == NULL && condition("LowMemoryConditions") == NULL);
}

TEST(at_the_start_there_is_enough_of_everything)
{
    EXPECT(is_set("HighMemoryCondition") && !is_set("LowMemoryCondition"));
    EXPECT(is_set("HighPagedPoolCondition") && is_set("HighNonPagedPoolCondition"));
    EXPECT(is_set("LowCommitCondition")); /* little commit is used: the good one */
    EXPECT(!is_set("HighCommitCondition") && !is_set("MaximumCommitCondition"));
}

TEST(a_pool_s_conditions_follow_its_use)
{
    expool_budget_set_limit(EXPOOL_CLASS_PAGED, 1 * MIB);
    void *most = ExAllocatePool2(POOL_FLAG_PAGED, 192 * PAGE, TAG);
    EXPECT(!is_set("LowPagedPoolCondition"));
    void *more = ExAllocatePool2(POOL_FLAG_PAGED, 45 * PAGE, TAG);
    EXPECT(is_set("LowPagedPoolCondition") && !is_set("HighPagedPoolCondition"));
    EXPECT(is_set("HighNonPagedPoolCondition"));
    ExFreePoolWithTag(more, TAG);
    EXPECT(!is_set("LowPagedPoolCondition") && !is_set("HighPagedPoolCondition")); /* between */
    ExFreePoolWithTag(most, TAG);
    EXPECT(is_set("HighPagedPoolCondition"));
}

TEST(commit_has_three)
{
    budget_limit(BUDGET_COMMIT, 1000);
    EXPECT(budget_charge(BUDGET_PAGED, 500) && budget_charge(BUDGET_NONPAGED, 300));
    budget_settle();
    EXPECT(!is_set("LowCommitCondition") && !is_set("HighCommitCondition"));
    EXPECT(budget_charge(BUDGET_NONPAGED, 150));
    budget_settle();
    EXPECT(is_set("HighCommitCondition") && !is_set("MaximumCommitCondition"));
    EXPECT(budget_charge(BUDGET_NONPAGED, 40));
    budget_settle();
    EXPECT(is_set("HighCommitCondition") && is_set("MaximumCommitCondition"));
    budget_refund(BUDGET_NONPAGED, 490);
    budget_settle();
    EXPECT(is_set("LowCommitCondition"));
}

TEST(memory_counts_less_what_is_paged_out)
{
    budget_limit(BUDGET_MEMORY, 1000);
    EXPECT(budget_charge(BUDGET_PAGED, 950));
    budget_settle();
    EXPECT(is_set("LowMemoryCondition"));
    budget_paged_out(900);
    budget_settle();
    EXPECT(is_set("HighMemoryCondition") && !is_set("LowMemoryCondition"));
    budget_paged_out(-900);
    budget_settle();
    EXPECT(is_set("LowMemoryCondition"));
    budget_refund(BUDGET_PAGED, 950);
}

TESTS_MAIN("memory_conditions")
