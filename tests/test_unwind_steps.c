#include "tests/expect.h"

#include "expool/host.h"
#include "pool/stack.h"
#include "pool/unwind.h"
#include "pool/unwind_steps.h"

#include <alloca.h>
#include <pthread.h>
#include <string.h>

enum { DEPTH = 16 };

static unsigned by_unwinder;
static unsigned by_record;
static bool agree;

/* The same stack, by what is remembered and by the unwinder itself. */
__attribute__((noinline)) static void compare(void)
{
    uintptr_t full[STACK_DEPTH_MAX];
    uintptr_t found[STACK_DEPTH_MAX];
    const void *frame = __builtin_frame_address(0);
    by_unwinder = unwind_full(((const uintptr_t *)frame)[1], full, DEPTH);
    by_record = unwind_quick(frame, found, DEPTH);
    agree = by_unwinder == by_record && memcmp(full, found, by_record * sizeof full[0]) == 0;
}

__attribute__((noinline)) static void left(unsigned depth)
{
    if (depth > 0)
        left(depth - 1);
    else
        compare();
    __asm__ volatile("");
}

__attribute__((noinline)) static void right(unsigned depth)
{
    left(depth);
    __asm__ volatile("");
}

__attribute__((noinline)) static void with_room(size_t bytes)
{
    volatile char *room = alloca(bytes);
    room[0] = 1;
    compare();
    room[bytes - 1] = 1;
}

TEST(a_way_walked_again_gives_the_same_stack)
{
    EXPECT(expool_options_set("unwind=dwarf") == 0);
    for (unsigned i = 0; i < 40; i++) {
        left(i % 20);
        EXPECT(agree && by_record > 2);
        right(i % 7);
        EXPECT(agree && by_record > 2);
    }
}

TEST(what_is_known_is_found_without_the_unwinder)
{
    uintptr_t frames[STACK_DEPTH_MAX];
    EXPECT(expool_options_set("unwind=dwarf") == 0);
    unsigned walked = 0;
    unsigned known = 0;
    for (unsigned i = 0; i < 2; i++) {
        known = unwind_by_steps(__builtin_frame_address(0), frames, DEPTH);
        walked = unwind_quick(__builtin_frame_address(0), frames, DEPTH);
    }
    EXPECT(known == walked);
}

TEST(frames_of_varying_size_are_left_to_the_unwinder)
{
    EXPECT(expool_options_set("unwind=dwarf") == 0);
    for (size_t bytes = 16; bytes < 20000; bytes += 1234) {
        with_room(bytes);
        EXPECT(agree && by_record > 2);
        with_room(100);
        EXPECT(agree);
    }
}

static void *in_thread(void *seen)
{
    bool *all = seen;
    *all = true;
    for (unsigned i = 0; i < 10; i++) {
        right(i);
        *all = *all && agree;
    }
    return NULL;
}

TEST(a_threads_stack_ends_where_it_ends)
{
    pthread_t thread;
    bool all = false;
    EXPECT(expool_options_set("unwind=dwarf") == 0);
    EXPECT(pthread_create(&thread, NULL, in_thread, &all) == 0);
    pthread_join(thread, NULL);
    EXPECT(all);
}

/* Addresses of nobody's code, a word apart on a stack that is an array. */
static bool is_known(uintptr_t first, bool learns)
{
    uintptr_t stack[DEPTH + 1] = {0};
    const uintptr_t *places[DEPTH];
    uintptr_t found[DEPTH];
    for (unsigned i = 0; i < DEPTH; i++) {
        stack[i + 1] = first + 32 * (uintptr_t)i;
        places[i] = &stack[i + 1];
    }
    if (learns)
        unwind_steps_learn(stack + 1, places, DEPTH, true);
    return unwind_by_steps(stack, found, DEPTH) == DEPTH;
}

TEST(what_was_learnt_stays_known_as_the_table_grows)
{
    enum { GROUPS = 200, APART = 65536 };
    unsigned known = 0;
    for (uintptr_t i = 1; i <= GROUPS; i++)
        (void)is_known(i * APART, true);
    for (uintptr_t i = 1; i <= GROUPS; i++)
        known += is_known(i * APART, false);
    EXPECT(known > GROUPS * 8 / 10);
}

TESTS_MAIN("unwind_steps")
