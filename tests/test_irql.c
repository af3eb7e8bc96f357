#include "tests/expect.h"

#include "expool/irql.h"
#include "pool/kind.h"

#include <pthread.h>

TEST(a_thread_starts_at_passive_level)
{
    EXPECT_EQUAL(KeGetCurrentIrql(), PASSIVE_LEVEL);
}

TEST(raise_returns_the_old_level_and_lower_restores_it)
{
    KIRQL old = 99;
    KeRaiseIrql(APC_LEVEL, &old);
    EXPECT_EQUAL(old, PASSIVE_LEVEL);
    EXPECT_EQUAL(KeRaiseIrqlToDpcLevel(), APC_LEVEL);
    EXPECT_EQUAL(KeGetCurrentIrql(), DISPATCH_LEVEL);
    KeLowerIrql(APC_LEVEL);
    KeLowerIrql(old);
    EXPECT_EQUAL(KeGetCurrentIrql(), PASSIVE_LEVEL);
}

TEST(raising_and_lowering_to_the_same_level_is_legal)
{
    KIRQL old;
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    EXPECT_EQUAL(old, DISPATCH_LEVEL);
    KeLowerIrql(DISPATCH_LEVEL);
    EXPECT_EQUAL(KeGetCurrentIrql(), DISPATCH_LEVEL);
}

TEST(raising_to_a_lower_level_is_stop_9_and_changes_nothing)
{
    KIRQL old;
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    EXPECT_BUGCHECK(0x09, 0)
    {
        KfRaiseIrql(APC_LEVEL);
    }
    EXPECT_EQUAL(last_bugcheck()->parameter[0], APC_LEVEL);
    EXPECT_EQUAL(last_bugcheck()->parameter[1], DISPATCH_LEVEL);
    EXPECT_EQUAL(KeGetCurrentIrql(), DISPATCH_LEVEL);
}

TEST(a_level_above_high_does_not_exist)
{
    EXPECT_BUGCHECK(0x09, 0)
    {
        KfRaiseIrql(HIGH_LEVEL + 1);
    }
}

TEST(lowering_to_a_higher_level_is_stop_a_and_changes_nothing)
{
    EXPECT_BUGCHECK(0x0A, 0)
    {
        KeLowerIrql(DISPATCH_LEVEL);
    }
    EXPECT_EQUAL(KeGetCurrentIrql(), PASSIVE_LEVEL);
}

static void *level_of_new_thread(void *level)
{
    *(KIRQL *)level = KeGetCurrentIrql();
    return NULL;
}

TEST(the_level_belongs_to_the_thread)
{
    KIRQL old;
    KIRQL seen = 99;
    pthread_t thread;
    KeRaiseIrql(HIGH_LEVEL, &old);
    pthread_create(&thread, NULL, level_of_new_thread, &seen);
    pthread_join(thread, NULL);
    EXPECT_EQUAL(seen, PASSIVE_LEVEL);
}

TEST(levels_have_names)
{
    EXPECT_TEXT(irql_name(2), "DISPATCH_LEVEL");
    EXPECT_TEXT(irql_name(7), "device level");
    EXPECT_TEXT(irql_name(200), "no such level");
}

TESTS_MAIN("irql")
