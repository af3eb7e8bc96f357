#include "tests/expect.h"

#include "expool/irql.h"
#include "expool/pool.h"
#include "pool/hook.h"
#include "pool/pool.h"

#include <pthread.h>

enum { TAG = 'tseT', THREADS = 4, ROUNDS = 3000 };

TEST(an_address_tells_its_pool)
{
    static const POOL_TYPE types[POOL_KIND_COUNT] = {NonPagedPool, NonPagedPoolNx, PagedPool};
    for (unsigned i = 0; i < POOL_KIND_COUNT; i++) {
        enum pool_kind kind;
        void *block = ExAllocatePoolWithTag(types[i], 100, TAG);
        EXPECT(pool_has(block, &kind));
        EXPECT_EQUAL(kind, i);
        ExFreePool(block);
    }
}

TEST(what_is_not_pool_is_in_none)
{
    enum pool_kind kind;
    struct story story;
    int local = 0;
    EXPECT(!pool_has(NULL, &kind));
    EXPECT(!pool_has(&local, &kind));
    EXPECT(!pool_has((const void *)UINTPTR_MAX, &kind));
    EXPECT(!pool_tell(&local, &story));
}

/* A hook that serves every request of 1000 bytes, and nothing else. */
static unsigned char served[1000];
static unsigned frees_seen;

static bool hook_allocate(const struct request *request, void **block)
{
    if (request->size_bytes != sizeof served)
        return false;
    *block = request->tag == TAG ? served : NULL;
    return true;
}

static bool hook_free(const struct release *release)
{
    frees_seen++;
    return release->address == served;
}

TEST(a_hook_serves_or_declines)
{
    static const struct pool_hook hook = {.allocate = hook_allocate, .free = hook_free};
    void *before = ExAllocatePoolWithTag(PagedPool, 1000, TAG);
    hook_set(&hook);
    EXPECT(ExAllocatePoolWithTag(PagedPool, 1000, TAG) == served);
    EXPECT(ExAllocatePoolWithTag(PagedPool, 1000, 'rhtO') == NULL); /* served: there is none */
    void *declined = ExAllocatePoolWithTag(PagedPool, 999, TAG);
    EXPECT(declined != NULL && declined != served);
    ExFreePool(served);
    ExFreePool(declined);
    ExFreePool(before);
    EXPECT_EQUAL(frees_seen, 3);
    hook_set(NULL);
    EXPECT_BUGCHECK(0xC2, 0x42)
    {
        ExFreePool(served);
    }
}

TEST(rules_are_judged_as_the_hook_says)
{
    static struct pool_hook hook = {
        .allocate = hook_allocate, .free = hook_free, .is_verifying = true};
    hook_set(&hook);
    EXPECT_BUGCHECK(0xC4, 0x00)
    {
        ExAllocatePoolWithTag(PagedPool, 0, TAG);
    }
    EXPECT_BUGCHECK(0xC2, 0x9D)
    {
        ExAllocatePoolWithTag(PagedPool, 10, 0x2e2e2e2e);
    }
    EXPECT_BUGCHECK(0xC4, 0x10)
    {
        ExFreePool(NULL);
    }
    hook.is_verifying = false;
    ExFreePool(ExAllocatePoolWithTag(PagedPool, 0, 0x2e2e2e2e));
}

/* The IRQL is looked at before the hook: a hook cannot make a bad call good. */
TEST(rules_come_before_the_hook)
{
    static const struct pool_hook hook = {.allocate = hook_allocate, .free = hook_free};
    KIRQL old;
    hook_set(&hook);
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    EXPECT_BUGCHECK(0xC2, 0x08)
    {
        ExAllocatePoolWithTag(PagedPool, 1000, TAG);
    }
    EXPECT(ExAllocatePoolWithTag(NonPagedPoolNx, 1000, TAG) == served);
    KeRaiseIrql(HIGH_LEVEL, &old);
    EXPECT_BUGCHECK(0xC2, 0x08)
    {
        ExAllocatePoolWithTag(NonPagedPoolNx, 1000, TAG);
    }
}

static void *churn(void *seed)
{
    static const POOL_TYPE types[POOL_KIND_COUNT] = {NonPagedPool, NonPagedPoolNx, PagedPool};
    unsigned char *handed[32] = {NULL};
    unsigned state = *(const unsigned *)seed;
    for (unsigned i = 0; i < ROUNDS; i++) {
        state = state * 1103515245u + 12345u;
        unsigned at = (state >> 16) % 32;
        unsigned size = 1 + (state >> 7) % 6000;
        if (handed[at] != NULL) {
            if (handed[at][0] != (unsigned char)at)
                return seed;
            ExFreePoolWithTag(handed[at], TAG);
        }
        handed[at] = ExAllocatePoolWithTag(types[state % 3], size, TAG);
        memset(handed[at], (int)at, size);
    }
    for (unsigned i = 0; i < 32; i++)
        if (handed[i] != NULL)
            ExFreePoolWithTag(handed[i], TAG);
    return NULL;
}

TEST(threads_share_the_pools)
{
    pthread_t threads[THREADS];
    unsigned seeds[THREADS];
    for (unsigned i = 0; i < THREADS; i++) {
        seeds[i] = i * 7919 + 1;
        EXPECT(pthread_create(&threads[i], NULL, churn, &seeds[i]) == 0);
    }
    for (unsigned i = 0; i < THREADS; i++) {
        void *lost = NULL;
        pthread_join(threads[i], &lost);
        EXPECT(lost == NULL);
    }
    EXPECT(pool_check() == NULL);
    pool_trim();
    EXPECT_EQUAL(pool_trim(), 0);
}

TESTS_MAIN("pool")
