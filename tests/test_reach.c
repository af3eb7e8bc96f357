/* What can still be reached, and what is lost. Pointers are kept disguised where none may be found:
 * the test itself would be a root. */
#define TESTS_ALONE /* the variables of other tests would be looked through, too */
#include "tests/verified.h"

#include "pool/os_threads.h"
#include "verifier/reach.h"

#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#define OWN_FRAME __builtin_frame_address(0)
#define DISGUISE  0x5555555555555555u
#define HIDE      __attribute__((noinline))

struct node {
    struct node *next;
    char filling[56];
};

/* Blocks by number; the addresses cannot be read here. */
static uintptr_t hidden[8];

static HIDE struct node *shown(unsigned number)
{
    return (struct node *)(hidden[number] ^ DISGUISE);
}

static HIDE struct node *make(unsigned number)
{
    struct node *node = ExAllocatePoolZero(NonPagedPoolNx, sizeof *node, TAG);
    hidden[number] = (uintptr_t)node ^ DISGUISE;
    return node;
}

/* Overwrites what calls left behind on the stack and in registers. */
static HIDE void clear_stack(void)
{
    volatile char bytes[16 * 1024];
    for (unsigned i = 0; i < sizeof bytes; i++)
        bytes[i] = 0;
}

static HIDE void make_all(unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        (void)make(i);
}

static HIDE enum reach found(unsigned number)
{
    return reach_of(shown(number));
}

static HIDE void look(void)
{
    clear_stack();
    EXPECT(reach_look(OWN_FRAME));
}

static const char *const places[] = {"leaks=off:special_pool=all", "leaks=off:special_pool=none"};

static HIDE void link_nodes(unsigned from, unsigned to)
{
    shown(from)->next = shown(to);
}

TEST(a_block_that_nobody_points_to_is_lost_and_what_it_points_to_indirectly)
{
    for (unsigned i = 0; i < 2; i++) {
        (void)expool_verifier_stop();
        verified(places[i]);
        make_all(3);
        link_nodes(0, 1);
        link_nodes(1, 2);
        look();
        EXPECT_EQUAL(found(0), REACH_LOST);
        EXPECT_EQUAL(found(1), REACH_INDIRECTLY_LOST);
        EXPECT_EQUAL(found(2), REACH_INDIRECTLY_LOST);
        reach_forget();
        EXPECT_EQUAL(found(0), REACH_UNKNOWN);
    }
}

static void *volatile global;
static _Thread_local void *volatile of_thread;

static HIDE void keep_global(unsigned number)
{
    global = shown(number);
}

static HIDE void keep_in_thread(unsigned number)
{
    of_thread = shown(number);
}

TEST(globals_thread_variables_and_chains_of_blocks_reach)
{
    for (unsigned i = 0; i < 2; i++) {
        (void)expool_verifier_stop();
        verified(places[i]);
        make_all(6);
        keep_global(0);
        link_nodes(0, 1);
        link_nodes(1, 2);
        keep_in_thread(3);
        link_nodes(3, 4);
        look();
        for (unsigned number = 0; number < 5; number++)
            EXPECT_EQUAL(found(number), REACH_REACHABLE);
        EXPECT_EQUAL(found(5), REACH_LOST); /* beside them, and yet */
    }
}

TEST(a_cycle_is_lost_by_one_of_its_blocks)
{
    verified("leaks=off:seed=1");
    make_all(3);
    link_nodes(0, 1);
    link_nodes(1, 2);
    link_nodes(2, 0);
    look();
    unsigned lost = 0;
    for (unsigned i = 0; i < 3; i++)
        lost += found(i) == REACH_LOST;
    EXPECT_EQUAL(lost, 1);
    EXPECT(found(0) >= REACH_INDIRECTLY_LOST && found(1) >= REACH_INDIRECTLY_LOST);
}

static HIDE void keep_inside(unsigned number, size_t offset)
{
    global = (char *)shown(number) + offset;
}

TEST(a_pointer_to_the_inside_makes_possibly_lost_and_one_behind_a_small_header_reaches)
{
    verified("leaks=off:seed=1");
    make_all(2);
    link_nodes(0, 1);
    keep_inside(0, 24);
    look();
    EXPECT_EQUAL(found(0), REACH_POSSIBLY_LOST);
    EXPECT_EQUAL(found(1), REACH_POSSIBLY_LOST);
    keep_inside(0, 8); /* as new[] has it */
    look();
    EXPECT_EQUAL(found(0), REACH_REACHABLE);
    EXPECT_EQUAL(found(1), REACH_REACHABLE);
    keep_inside(0, sizeof(struct node)); /* the end is the next one's beginning */
    look();
    EXPECT_EQUAL(found(0), REACH_LOST);
}

static HIDE void call_with_pointer(unsigned number, void (*routine)(void))
{
    struct node *volatile kept = shown(number);
    routine();
    kept->next = NULL;
}

static HIDE void look_and_expect_reachable(void)
{
    look();
    EXPECT_EQUAL(found(0), REACH_REACHABLE);
    EXPECT_EQUAL(found(1), REACH_LOST);
}

TEST(a_variable_of_a_function_that_has_not_returned_reaches)
{
    verified("leaks=off:seed=1");
    make_all(2);
    call_with_pointer(0, look_and_expect_reachable);
    look();
    EXPECT_EQUAL(found(0), REACH_LOST); /* it has returned */
}

static atomic_int waiting;
static atomic_bool may_go;

/* Keeps the pointer in a register or on its stack only, and blocks every signal there is. */
static void *keep_and_wait(void *number)
{
    sigset_t all;
    struct node *kept = shown((unsigned)(uintptr_t)number);
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, NULL);
    atomic_fetch_add(&waiting, 1);
    while (!atomic_load(&may_go))
        __asm__ volatile("" : "+r"(kept));
    kept->next = NULL;
    return NULL;
}

static void *keep_and_sleep(void *number)
{
    struct node *volatile kept = shown((unsigned)(uintptr_t)number);
    atomic_fetch_add(&waiting, 1);
    while (!atomic_load(&may_go))
        usleep(1000);
    kept->next = NULL;
    return NULL;
}

static HIDE void start_threads(pthread_t thread[3])
{
    EXPECT(pthread_create(&thread[0], NULL, keep_and_wait, (void *)0) == 0);
    EXPECT(pthread_create(&thread[1], NULL, keep_and_sleep, (void *)1) == 0);
    EXPECT(pthread_create(&thread[2], NULL, keep_and_sleep, (void *)2) == 0);
    while (atomic_load(&waiting) < 3)
        sched_yield();
}

TEST(registers_and_stacks_of_other_threads_reach_until_they_end)
{
    pthread_t thread[3];
    verified("leaks=off:seed=1");
    make_all(4);
    start_threads(thread);
    look();
    for (unsigned i = 0; i < 3; i++)
        EXPECT_EQUAL(found(i), REACH_REACHABLE);
    EXPECT_EQUAL(found(3), REACH_LOST);
    atomic_store(&may_go, true);
    for (unsigned i = 0; i < 3; i++)
        pthread_join(thread[i], NULL);
    look();
    for (unsigned i = 0; i < 4; i++)
        EXPECT_EQUAL(found(i), REACH_LOST); /* what their stacks still hold counts no more */
}

static HIDE void keep_in(void **place, unsigned number)
{
    *place = shown(number);
}

TEST(memory_that_the_program_mapped_itself_reaches)
{
    verified("leaks=off:seed=1");
    make_all(3);
    void **mapped = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    void **behind_guard = mmap(NULL, 1 << 20, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    EXPECT(mapped != MAP_FAILED && behind_guard != MAP_FAILED);
    mprotect(behind_guard + 512, (1 << 20) - 4096, PROT_READ | PROT_WRITE);
    keep_in(mapped + 60000, 0);
    keep_in(behind_guard + 600, 1);
    look();
    EXPECT_EQUAL(found(0), REACH_REACHABLE);
    EXPECT_EQUAL(found(1), REACH_REACHABLE);
    EXPECT_EQUAL(found(2), REACH_LOST);
}

/* To ThreadSanitizer a look at what running threads change is a race, whatever stands still. */
#if !defined(__SANITIZE_THREAD__)
static void *allocate_and_free(void *unused)
{
    (void)unused;
    while (!atomic_load(&may_go)) {
        struct node *node = ExAllocatePoolZero(NonPagedPoolNx, sizeof *node, TAG);
        ExFreePool(node);
    }
    return NULL;
}

TEST(a_look_while_threads_allocate_and_free_neither_hangs_nor_lies)
{
    pthread_t thread[3];
    verified("leaks=off:seed=1");
    make_all(2);
    keep_global(0);
    for (unsigned i = 0; i < 3; i++)
        EXPECT(pthread_create(&thread[i], NULL, allocate_and_free, NULL) == 0);
    for (unsigned i = 0; i < 50; i++) {
        look();
        EXPECT_EQUAL(found(0), REACH_REACHABLE);
        EXPECT_EQUAL(found(1), REACH_LOST);
    }
    atomic_store(&may_go, true);
    for (unsigned i = 0; i < 3; i++)
        pthread_join(thread[i], NULL);
}

#endif

static HIDE void make_list(void)
{
    struct node *last = make(0);
    for (unsigned i = 1; i < 100000; i++) {
        last->next = make(1);
        last = last->next;
    }
}

TEST(a_hundred_thousand_blocks_in_a_list_take_no_deep_stack)
{
    verified("leaks=off:seed=1");
    make_list();
    keep_global(0);
    look();
    EXPECT_EQUAL(found(1), REACH_REACHABLE); /* the last */
    global = NULL;
    look();
    EXPECT_EQUAL(found(0), REACH_LOST);
    EXPECT_EQUAL(found(1), REACH_INDIRECTLY_LOST);
}

TESTS_MAIN("reach")
