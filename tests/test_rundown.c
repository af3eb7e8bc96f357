#include "tests/expect.h"
#include "tests/threads.h"

#include "expool/rundown.h"

enum { THREADS = 4 };

static EX_RUNDOWN_REF rundown;
static volatile LONG is_gone;

TEST(uses_are_counted_and_end)
{
    EXPECT_EQUAL(sizeof rundown, 8);
    ExInitializeRundownProtection(&rundown);
    EXPECT(ExAcquireRundownProtection(&rundown));
    EXPECT(ExAcquireRundownProtectionEx(&rundown, 3));
    ExReleaseRundownProtectionEx(&rundown, 2);
    ExReleaseRundownProtection(&rundown);
    ExReleaseRundownProtection(&rundown);
    ExWaitForRundownProtectionRelease(&rundown); /* returns at once */
    EXPECT(!ExAcquireRundownProtection(&rundown));
    ExRundownCompleted(&rundown);
    EXPECT(!ExAcquireRundownProtection(&rundown));
    ExReInitializeRundownProtection(&rundown);
    EXPECT(ExAcquireRundownProtection(&rundown));
}

static void *take_down(void *nothing)
{
    ExWaitForRundownProtectionRelease(&rundown);
    __atomic_store_n(&is_gone, 1, __ATOMIC_SEQ_CST);
    return nothing;
}

TEST(taking_down_waits_for_the_last_use_and_admits_no_new_one)
{
    ExInitializeRundownProtection(&rundown);
    ExAcquireRundownProtection(&rundown);
    ExAcquireRundownProtection(&rundown);
    pthread_t other = start(take_down, NULL);
    while (ExAcquireRundownProtection(&rundown)) {
        ExReleaseRundownProtection(&rundown);
        pause_ms(1);
    }
    ExReleaseRundownProtection(&rundown);
    pause_ms(20);
    EXPECT_EQUAL(__atomic_load_n(&is_gone, __ATOMIC_SEQ_CST), 0);
    ExReleaseRundownProtection(&rundown);
    joined(other);
    EXPECT_EQUAL(is_gone, 1);
}

static void *use_while_it_lasts(void *nothing)
{
    uintptr_t late = 0;
    while (ExAcquireRundownProtection(&rundown)) {
        late += (uintptr_t)__atomic_load_n(&is_gone, __ATOMIC_SEQ_CST);
        ExReleaseRundownProtection(&rundown);
    }
    (void)nothing;
    return (void *)late;
}

TEST(nobody_is_inside_once_it_is_down)
{
    pthread_t threads[THREADS];
    ExInitializeRundownProtection(&rundown);
    for (unsigned i = 0; i < THREADS; i++)
        threads[i] = start(use_while_it_lasts, NULL);
    pause_ms(20);
    take_down(NULL);
    for (unsigned i = 0; i < THREADS; i++)
        EXPECT_EQUAL(joined(threads[i]), 0);
}

TESTS_MAIN("rundown")
