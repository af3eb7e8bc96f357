/* A host that lets calls fail, in the place of low_resources=. */
#include "tests/verified.h"

#include "expool/host.h"

struct chosen {
    unsigned failing;
    unsigned count;
    uint32_t tag;
    size_t size_bytes;
    uintptr_t caller;
};

static bool choose(const struct expool_call *call, void *context)
{
    struct chosen *chosen = context;
    if (++chosen->count != chosen->failing)
        return false;
    chosen->tag = call->tag;
    chosen->size_bytes = call->size_bytes;
    chosen->caller = call->frame_count > 0 ? call->frames[0] : 0;
    return true;
}

static __attribute__((noinline)) void *take(size_t bytes)
{
    void *volatile block = ExAllocatePool2(POOL_FLAG_NON_PAGED, bytes, TAG);
    return block;
}

static void give(void *block)
{
    if (block != NULL)
        ExFreePoolWithTag(block, TAG);
}

TEST(the_call_that_the_host_chooses_fails_and_no_other)
{
    struct chosen chosen = {.failing = 2};
    verified("");
    expool_on_call(choose, &chosen);
    for (unsigned i = 1; i <= 4; i++) {
        void *block = take(8 * i);
        ck_assert_msg((block == NULL) == (i == 2), "call %u", i);
        give(block);
    }
    ck_assert_uint_eq(chosen.count, 4);
    ck_assert_uint_eq(chosen.tag, TAG);
    ck_assert_uint_eq(chosen.size_bytes, 16);
    ck_assert(chosen.caller > (uintptr_t)take && chosen.caller < (uintptr_t)take + 200);
}

TEST(a_host_that_asks_no_more_is_asked_no_more)
{
    struct chosen chosen = {.failing = 1};
    verified("");
    expool_on_call(choose, &chosen);
    ck_assert_ptr_null(take(8));
    expool_on_call(NULL, NULL);
    void *block = take(8);
    ck_assert_ptr_nonnull(block);
    give(block);
    ck_assert_uint_eq(chosen.count, 1);
}

TEST(the_options_simulation_goes_on_behind_the_host)
{
    struct chosen chosen = {.failing = 1};
    verified("low_resources=nth=1");
    expool_on_call(choose, &chosen);
    ck_assert_ptr_null(take(8)); /* the host's */
    ck_assert_ptr_null(take(8)); /* the option's */
    void *block = take(8);
    ck_assert_ptr_nonnull(block);
    give(block);
}

TESTS_MAIN("on_call")
