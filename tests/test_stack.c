#include "tests/expect.h"

#include "pool/stack.h"
#include "pool/util.h"

#include <pthread.h>

enum { THREADS = 4, ROUNDS = 2000 };

static NOINLINE stack_id routine(void)
{
    return stack_record(__builtin_frame_address(0));
}

static NOINLINE stack_id one_caller(void)
{
    stack_id id = routine();
    __asm__ volatile("" ::: "memory"); /* no tail call: the frame stays */
    return id;
}

static NOINLINE stack_id other_caller(void)
{
    stack_id id = routine();
    __asm__ volatile("nop" ::: "memory");
    return id;
}

/* `address` lies near the beginning of `function`. */
static bool lies_in(uintptr_t address, stack_id (*function)(void))
{
    return address - (uintptr_t)function < 256;
}

TEST(the_caller_is_the_first_frame)
{
    uintptr_t frames[STACK_DEPTH_MAX];
    stack_id id = one_caller();
    EXPECT_EQUAL(stack_frames(id, frames), 1); /* what plain mode keeps */
    EXPECT(lies_in(frames[0], one_caller));
}

TEST(one_stack_has_one_id)
{
    stack_id first = 0;
    for (unsigned i = 0; i < 100; i++) {
        stack_id id = one_caller();
        EXPECT(id != 0 && (first == 0 || id == first));
        first = id;
    }
    EXPECT(other_caller() != first);
}

TEST(depth_is_what_was_set)
{
    uintptr_t frames[STACK_DEPTH_MAX];
    stack_depth_set(3);
    unsigned depth = stack_frames(one_caller(), frames);
    EXPECT(depth >= 2 && depth <= 3);
    EXPECT(lies_in(frames[0], one_caller));
    stack_depth_set(1000);
    depth = stack_frames(one_caller(), frames);
    EXPECT(depth >= 3 && depth <= STACK_DEPTH_MAX);
}

TEST(numbers_that_are_no_id_have_no_frames)
{
    uintptr_t frames[STACK_DEPTH_MAX];
    stack_id id = one_caller();
    EXPECT_EQUAL(stack_frames(0, frames), 0);
    EXPECT_EQUAL(stack_frames(id + 1, frames), 0);
    EXPECT_EQUAL(stack_frames(id + 2, frames), 0);
    EXPECT_EQUAL(stack_frames(UINT32_MAX, frames), 0);
    EXPECT_EQUAL(stack_frames(id + 1000, frames), 0);
}

static NOINLINE unsigned here(uintptr_t frames[STACK_DEPTH_MAX])
{
    unsigned depth = stack_here(__builtin_frame_address(0), frames);
    __asm__ volatile("" ::: "memory");
    return depth;
}

TEST(a_report_sees_the_stack_at_full_depth)
{
    uintptr_t frames[STACK_DEPTH_MAX];
    EXPECT(here(frames) >= 3);
}

TEST(a_frame_that_is_none_is_not_followed)
{
    uintptr_t elsewhere[2] = {8, 8};
    uintptr_t *heap = malloc(sizeof elsewhere);
    memcpy(heap, elsewhere, sizeof elsewhere);
    uintptr_t frames[STACK_DEPTH_MAX];
    EXPECT(stack_at_fault((uintptr_t)heap, heap, frames) >= 1);
    EXPECT_EQUAL(frames[0], (uintptr_t)heap);
    free(heap);
}

static void *record_often(void *unused)
{
    stack_id *id = unused;
    for (unsigned i = 0; i < ROUNDS; i++)
        *id = one_caller();
    return NULL;
}

TEST(threads_get_the_same_id)
{
    pthread_t threads[THREADS];
    stack_id ids[THREADS] = {0};
    for (unsigned i = 0; i < THREADS; i++)
        EXPECT(pthread_create(&threads[i], NULL, record_often, &ids[i]) == 0);
    for (unsigned i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    for (unsigned i = 0; i < THREADS; i++)
        EXPECT_EQUAL(ids[i], ids[0]);
}

static stack_id by_bits(unsigned bits, unsigned depth);

static NOINLINE stack_id left(unsigned bits, unsigned depth)
{
    stack_id id = by_bits(bits, depth);
    __asm__ volatile("" ::: "memory");
    return id;
}

static NOINLINE stack_id right(unsigned bits, unsigned depth)
{
    stack_id id = by_bits(bits, depth);
    __asm__ volatile("nop" ::: "memory");
    return id;
}

/* Each number's bits are a way of its own through these two. */
static NOINLINE stack_id by_bits(unsigned bits, unsigned depth)
{
    stack_id id = depth == 0        ? routine()
                  : (bits & 1) != 0 ? left(bits >> 1, depth - 1)
                                    : right(bits >> 1, depth - 1);
    __asm__ volatile("" ::: "memory");
    return id;
}

enum { WAYS_LOG2 = 12, WAYS = 1 << WAYS_LOG2 };

static void *record_all(void *unused)
{
    stack_id *ids = unused;
    for (unsigned i = 0; i < WAYS; i++)
        ids[i] = by_bits(i, WAYS_LOG2);
    return NULL;
}

/* Beyond the table's first size; the threads ask while it grows. */
TEST(thousands_of_stacks_have_an_id_each_in_every_thread)
{
    static stack_id ids[THREADS][WAYS];
    pthread_t threads[THREADS];
    stack_depth_set(2 * WAYS_LOG2 + 1);
    for (unsigned i = 0; i < THREADS; i++)
        EXPECT(pthread_create(&threads[i], NULL, record_all, ids[i]) == 0);
    for (unsigned i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    unsigned distinct = 0;
    for (unsigned way = 0; way < WAYS; way++) {
        for (unsigned i = 1; i < THREADS; i++)
            EXPECT_EQUAL(ids[i][way], ids[0][way]);
        distinct += way == 0 || ids[0][way] != ids[0][way - 1];
    }
    EXPECT_EQUAL(distinct, WAYS);
}

TESTS_MAIN("stack")
