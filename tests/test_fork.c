/* test_fork.c - a forked child is guarded as its parent is, and neither disturbs the other. */
#include "tests/verified.h"

#include <fltKernel.h>

#include "expool/registry.h"

#include "pool/os.h"
#include "pool/util.h"

#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static unsigned char *live;
static unsigned char *freed;

static void expect_guards(void)
{
    EXPECT_EQUAL(touch(live + 99, false), 0);
    EXPECT_EQUAL(touch(live + 112, false), 0xD6);
    EXPECT_EQUAL(touch(freed, false), 0xD5);
}

static void expect_new_blocks_work(void)
{
    for (unsigned i = 0; i < 600; i++) {
        unsigned char *block = nonpaged(1 + i * 7 % 6000);
        memset(block, 1, 1 + i * 7 % 6000);
        ExFreePool(block);
        EXPECT_EQUAL(touch(block, false), 0xD5);
    }
    forget();
}

/* Runs in the child; the parent hears of it by the exit status. */
static void in_child(void (*body)(void))
{
    int status = 1;
    pid_t child = fork();
    if (child == 0) {
        body();
        _exit(0);
    }
    waitpid(child, &status, 0);
    EXPECT_EQUAL(status, 0);
}

static void child_body(void)
{
    expect_guards();
    expect_new_blocks_work();
    ExFreePoolWithTag(live, TAG); /* its own copy */
    EXPECT_EQUAL(passed.count, 0);
    EXPECT_EQUAL(touch(live, false), 0xD5);
}

static void grandparent_body(void)
{
    in_child(child_body);
    expect_guards();
}

static void family(const char *options_text)
{
    verified(options_text);
    live = nonpaged(100);
    freed = nonpaged(100);
    ExFreePool(freed);
    in_child(child_body);
    in_child(grandparent_body);
    expect_guards();
    expect_new_blocks_work();
    ExFreePoolWithTag(live, TAG);
    EXPECT_EQUAL(passed.count, 0);
}

TEST(children_are_guarded_by_uffd)
{
    family("tier=uffd");
}

TEST(children_are_guarded_by_guard_pages)
{
    family("tier=guard");
}

TEST(children_are_guarded_by_mprotect)
{
    family("tier=mprotect");
}

/* Pages shared with a living child refuse to be moved: they die the other way. */
TEST(blocks_shared_with_a_child_can_be_freed_while_it_lives)
{
    enum { BLOCKS = 500 };
    unsigned char *blocks[BLOCKS];
    int hold[2];
    verified("tier=uffd");
    for (unsigned i = 0; i < BLOCKS; i++)
        blocks[i] = nonpaged(64);
    EXPECT_EQUAL(pipe(hold), 0);
    pid_t child = fork();
    if (child == 0) {
        char byte;
        close(hold[1]);
        if (read(hold[0], &byte, 1) != 0)
            _exit(1);
        for (unsigned i = 0; i < BLOCKS; i++)
            ExFreePoolWithTag(blocks[i], TAG);
        _exit(passed.count == 0 ? 0 : 1);
    }
    for (unsigned i = 0; i < BLOCKS; i++) {
        ExFreePoolWithTag(blocks[i], TAG);
        EXPECT_EQUAL(touch(blocks[i], false), 0xD5);
    }
    forget();
    expect_new_blocks_work();
    close(hold[1]);
    int status = 1;
    waitpid(child, &status, 0);
    EXPECT_EQUAL(status, 0);
}

TEST(locked_pages_die_like_others_in_each_tier)
{
    for (unsigned i = 0; i < COUNT_OF(tier_options); i++) {
        pid_t child = fork();
        if (child == 0) {
            verified(tier_options[i]);
            unsigned char *block = nonpaged(64);
            if (mlock(block, 64) != 0)
                _exit(2);
            ExFreePoolWithTag(block, TAG);
            EXPECT_EQUAL(passed.count, 0);
            EXPECT_EQUAL(touch(block, false), 0xD5);
            forget();
            expect_new_blocks_work();
            _exit(0);
        }
        int status = 1;
        waitpid(child, &status, 0);
        EXPECT_EQUAL(status, 0);
    }
}

static void *fork_and_churn(void *unused)
{
    for (unsigned i = 0; i < 20; i++)
        in_child(expect_new_blocks_work);
    return unused;
}

static void *only_churn(void *unused)
{
    for (unsigned i = 0; i < 20000; i++)
        ExFreePoolWithTag(ExAllocatePoolWithTag(PagedPool, 1 + i % 3000, TAG), TAG);
    return unused;
}

TEST(a_fork_amid_the_work_of_other_threads_leaves_the_child_able_to_work)
{
    pthread_t forker;
    pthread_t worker;
    verified("");
    EXPECT_EQUAL(pthread_create(&worker, NULL, only_churn, NULL), 0);
    EXPECT_EQUAL(pthread_create(&forker, NULL, fork_and_churn, NULL), 0);
    pthread_join(forker, NULL);
    pthread_join(worker, NULL);
}

/* A turn with each lock of the kernel's. */
static void use_kernel(void)
{
    static const PHYSICAL_ADDRESS anywhere = {.QuadPart = -1};
    UNICODE_STRING link;
    UNICODE_STRING target;
    RtlInitUnicodeString(&link, u"\\??\\Nowhere");
    RtlInitUnicodeString(&target, u"\\Device\\Nowhere");
    LOOKASIDE_LIST_EX list;
    HANDLE handle;
    ULONG count;
    for (unsigned i = 0; i < 200; i++) /* a short look, to be met by some fork */
        (void)FltEnumerateVolumes(NULL, NULL, 0, &count);
    MmFreeContiguousMemory(MmAllocateContiguousMemory(PAGE_SIZE, anywhere));
    EXPECT(
        NT_SUCCESS(ExInitializeLookasideListEx(&list, NULL, NULL, NonPagedPoolNx, 0, 64, TAG, 0)));
    ExDeleteLookasideListEx(&list);
    EXPECT(NT_SUCCESS(ZwCreateEvent(&handle, EVENT_ALL_ACCESS, NULL, NotificationEvent, FALSE)));
    EXPECT(NT_SUCCESS(ZwClose(handle)));
    (void)IoCreateSymbolicLink(&link, &target); /* two at once: one is told of a collision */
    (void)IoDeleteSymbolicLink(&link);
    (void)expool_registry_set_number("\\Registry\\Machine\\Fork", "Number", 1);
}

static atomic_bool is_over;

static void *use_kernel_on(void *unused)
{
    while (!atomic_load(&is_over))
        use_kernel();
    return unused;
}

static void use_kernel_in_child(void)
{
    alarm(20); /* a lock that nobody holds any more */
    for (unsigned i = 0; i < 10; i++)
        use_kernel();
}

TEST(a_fork_amid_the_work_of_other_threads_leaves_no_lock_taken)
{
    enum { WORKERS = 3, FORKS = 300 };
    pthread_t worker[WORKERS];
    for (unsigned i = 0; i < WORKERS; i++)
        EXPECT_EQUAL(pthread_create(&worker[i], NULL, use_kernel_on, NULL), 0);
    for (unsigned i = 0; i < FORKS; i++)
        in_child(use_kernel_in_child);
    atomic_store(&is_over, true);
    for (unsigned i = 0; i < WORKERS; i++)
        pthread_join(worker[i], NULL);
}

/* It runs no handler of fork: its first call finds out. */
TEST(a_child_made_without_the_c_library_knows_its_own_thread)
{
    int status = 1;
    verified("");
    ExFreePool(nonpaged(10));
    pid_t child = (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
    if (child == 0) {
        ExFreePool(nonpaged(10));
        _exit(os_thread_id() == (uint32_t)syscall(SYS_gettid) ? 0 : 1);
    }
    waitpid(child, &status, 0);
    EXPECT_EQUAL(status, 0);
}

TESTS_MAIN("fork")
