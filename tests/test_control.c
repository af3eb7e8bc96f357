/* A verified process seen and steered from outside: through /proc and its page, as the tools do. */
#include "expool/control.h"
#include "expool/pool.h"
#include "expool/verifier.h"
#include "tests/expect.h"
#include "tests/threads.h"
#include "tests/verified.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* The page of a process, through its descriptors; NULL: it shows none. */
static struct expool_control *page_of(pid_t pid)
{
    char folder[64];
    char path[512];
    char target[128];
    struct expool_control *page = NULL;
    (void)snprintf(folder, sizeof folder, "/proc/%d/fd", pid);
    DIR *listing = opendir(folder);
    for (struct dirent *entry; page == NULL && (entry = readdir(listing)) != NULL;) {
        (void)snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        ssize_t length = readlink(path, target, sizeof target - 1);
        target[length > 0 ? length : 0] = 0;
        if (strstr(target, "/memfd:" EXPOOL_CONTROL_FILE) != target)
            continue;
        int file = open(path, O_RDWR | O_CLOEXEC);
        void *map = mmap(NULL, sizeof *page, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
        close(file);
        page = map == MAP_FAILED ? NULL : map;
    }
    closedir(listing);
    return page;
}

static void ask(struct expool_control *page, uint32_t what)
{
    page->ask = what;
    __atomic_add_fetch(&page->asked, 1, __ATOMIC_RELEASE);
}

static void use_pool(void)
{
    void *block = ExAllocatePool2(POOL_FLAG_NON_PAGED, 50, 'tseT');
    ExFreePoolWithTag(block, 'tseT');
}

TEST(a_verified_process_shows_who_it_is_and_what_is_in_force)
{
    ck_assert(expool_verifier_start());
    struct expool_control *page = page_of(getpid());
    ck_assert_ptr_nonnull(page);
    ck_assert_uint_eq(page->magic, EXPOOL_CONTROL_MAGIC);
    ck_assert_uint_eq(page->pid, (uint32_t)getpid());
    ck_assert_uint_eq(page->parent, (uint32_t)getppid());
    ck_assert_ptr_nonnull(strstr(page->command, "test_control"));
    ck_assert_uint_eq(page->rules, 0x209bb);
    ck_assert_uint_eq(page->state, EXPOOL_CONTROL_RUNNING);
    ck_assert_str_eq(page->name, "test_control");
}

TEST(a_process_that_ends_says_so_with_its_status_and_one_that_is_killed_does_not)
{
    ck_assert(expool_verifier_start());
    for (int is_killed = 0; is_killed < 2; is_killed++) {
        pid_t child = fork();
        if (child == 0) {
            raise(SIGSTOP);
            exit(7);
        }
        waitpid(child, NULL, WUNTRACED);
        struct expool_control *page = page_of(child);
        ck_assert_ptr_nonnull(page);
        ck_assert_uint_eq(page->is_forked, 1);
        kill(child, is_killed ? SIGKILL : SIGCONT);
        waitpid(child, NULL, 0);
        ck_assert_uint_eq(page->state, is_killed ? EXPOOL_CONTROL_RUNNING : EXPOOL_CONTROL_ENDED);
        ck_assert_uint_eq(page->exit_status, is_killed ? 0 : 7);
    }
}

TEST(a_process_without_the_verifier_shows_nothing)
{
    ck_assert_ptr_null(page_of(getpid()));
}

TEST(monitor_off_shows_nothing)
{
    ck_assert_int_eq(expool_options_set("monitor=off"), 0);
    ck_assert(expool_verifier_start());
    ck_assert_ptr_null(page_of(getpid()));
}

TEST(rules_asked_for_from_outside_are_in_force_at_the_next_allocation)
{
    ck_assert(expool_verifier_start());
    struct expool_control *page = page_of(getpid());
    page->ask_rules = 0x9;
    ask(page, EXPOOL_ASK_RULES);
    ck_assert_uint_eq(expool_verifier_flags(), 0x209bb);
    use_pool();
    ck_assert_uint_eq(expool_verifier_flags(), 0x9);
    ck_assert_uint_eq(page->answered, page->asked);
    ck_assert_uint_eq(page->answer, EXPOOL_ANSWER_DONE);
    ck_assert_uint_eq(page->rules, 0x9);
}

TEST(a_rule_that_does_not_exist_is_refused_with_a_reason)
{
    ck_assert(expool_verifier_start());
    struct expool_control *page = page_of(getpid());
    page->ask_rules = 0x80000000;
    ask(page, EXPOOL_ASK_RULES);
    use_pool();
    ck_assert_uint_eq(page->answer, EXPOOL_ANSWER_REFUSED);
    ck_assert_ptr_nonnull(strstr(page->answer_text, "no such rule"));
    ck_assert_uint_eq(expool_verifier_flags(), 0x209bb);
}

TEST(a_sweep_asked_for_from_outside_finds_damage_in_a_live_block)
{
    ck_assert_int_eq(expool_options_set("leaks=off"), 0);
    ck_assert(expool_verifier_start());
    struct expool_control *page = page_of(getpid());
    unsigned char *block = ExAllocatePool2(POOL_FLAG_NON_PAGED, 50, 'tseT');
    ck_assert(expool_probe_write(&block[50], 'x'));
    ck_assert(expool_probe_write(&block[51], 'y'));
    ask(page, EXPOOL_ASK_SWEEP);
    EXPECT_BUGCHECK(0xC1, 0x24)
    {
        use_pool();
    }
}

static atomic_bool is_over;

static void *work(void *argument)
{
    unsigned random = (unsigned)(uintptr_t)argument;
    while (!atomic_load(&is_over)) {
        void *blocks[16];
        KIRQL old;
        for (unsigned i = 0; i < 16; i++) {
            random = random * 1103515245u + 12345u;
            POOL_TYPE type = (random >> 20 & 1) != 0 ? PagedPool : NonPagedPoolNx;
            blocks[i] = ExAllocatePoolWithTag(type, 1 + (random >> 8) % 6000, TAG);
        }
        KeRaiseIrql(DISPATCH_LEVEL, &old);
        KeLowerIrql(old);
        for (unsigned i = 0; i < 16; i++)
            if (blocks[i] != NULL)
                ExFreePoolWithTag(blocks[i], TAG);
    }
    return NULL;
}

/* Whatever is asked from outside, some thread does while the others go on. */
TEST(all_is_switched_and_looked_at_while_threads_work)
{
    static const uint32_t flags[] = {0x209bb, 0x8, 0xb, 0x1, 0x209bf, 0x2};
    static const char *const words[] = {"low_resources='rate=200'", "low_resources=off"};
    struct expool_verifier_driver rows[4];
    struct expool_verifier_counters counters;
    verified("");
    pthread_t threads[] = {start(work, (void *)1), start(work, (void *)2)};
    for (unsigned i = 0; i < 120; i++) {
        EXPECT(expool_verifier_flags_set(flags[i % 6]));
        EXPECT_EQUAL(expool_options_set(words[i % 2]), 0);
        EXPECT(expool_verifier_driver_add("nobody") && expool_verifier_driver_remove("nobody"));
        expool_verifier_sweep();
        expool_verifier_counters_get(&counters);
        expool_verifier_drivers_list(rows, 4);
        if (i % 4 == 3)
            (void)expool_verifier_stop();
        EXPECT(expool_verifier_start());
    }
    atomic_store(&is_over, true);
    joined(threads[0]);
    joined(threads[1]);
    EXPECT_EQUAL(passed.count, 0);
}

TEST(a_forked_child_has_a_page_of_its_own)
{
    ck_assert(expool_verifier_start());
    use_pool();
    struct expool_control *parent = page_of(getpid());
    pid_t child = fork();
    if (child == 0) {
        struct expool_control *own = page_of(getpid());
        _exit(own != NULL && own->pid == (uint32_t)getpid() && own->inherited_attempted == 1 &&
                      own->parent == (uint32_t)getppid()
                  ? 0
                  : 1);
    }
    int status;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
    ck_assert_uint_eq(parent->pid, (uint32_t)getpid());
}

TEST(a_descriptor_of_the_program_in_the_place_of_ours_is_left_alone)
{
    ck_assert(expool_verifier_start());
    int ours = -1;
    for (int i = 1023; i > 2 && ours < 0; i--)
        if (fcntl(i, F_GETFD) >= 0)
            ours = i;
    ck_assert_int_gt(ours, 900);
    ck_assert_int_eq(dup2(0, ours), ours);
    pid_t child = fork();
    if (child == 0)
        _exit(fcntl(ours, F_GETFD) >= 0 ? 0 : 1);
    int status;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
}

TESTS_MAIN("control")
