/* Systematic low resources: every allocation stack fails exactly once. */
#include "tests/child.h"
#include "tests/verified.h"

#include "verifier/inject.h"
#include "verifier/inject_stacks.h"

#include <pthread.h>
#include <stdio.h>

enum { ROUNDS = 5 };

static __attribute__((noinline)) bool here_fails(void)
{
    void *block = ExAllocatePoolWithTag(NonPagedPoolNx, 16, TAG);
    bool failed = block == NULL;
    if (block != NULL)
        ExFreePool(block);
    return failed;
}

static __attribute__((noinline)) bool there_fails(void)
{
    volatile bool failed = here_fails(); /* no tail call: it would hide this frame */
    return failed;
}

/* Which of the rounds' calls fail: bit 0 the first call, bit 1 the second ... */
static __attribute__((noinline)) unsigned rounds(void)
{
    unsigned failed = 0;
    for (volatile unsigned i = 0; i < ROUNDS; i++) { /* not unrolled: one call, one stack */
        failed |= (unsigned)here_fails() << (2 * i);
        failed |= (unsigned)there_fails() << (2 * i + 1);
    }
    return failed;
}

static void again(const char *options_text)
{
    (void)expool_verifier_stop();
    verified(options_text);
}

static struct inject_stacks_counts counts(void)
{
    struct inject_stacks_counts now;
    inject_stacks_count(&now);
    return now;
}

/* A name for a state file that is not there. */
static const char *state_path(void)
{
    static char path[64];
    snprintf(path, sizeof path, "/tmp/test_inject_stacks.%d", (int)getpid());
    unlink(path);
    return path;
}

static const char *with_state(const char *words)
{
    static char text[256];
    snprintf(text, sizeof text, "low_resources='%s;state=/tmp/test_inject_stacks.%d'", words,
             (int)getpid());
    return text;
}

static const char *content(const char *path)
{
    static char text[16 * 1024];
    FILE *file = fopen(path, "r");
    size_t length = file != NULL ? fread(text, 1, sizeof text - 1, file) : 0;
    if (file != NULL)
        fclose(file);
    text[length] = 0;
    return text;
}

TEST(each_stack_fails_once_and_passes_ever_after)
{
    verified("low_resources=systematic");
    EXPECT_EQUAL(rounds(), 3); /* the first call of each */
    EXPECT_EQUAL(rounds(), 3); /* called from another line: other stacks */
    EXPECT_EQUAL(counts().failed, 4);
    EXPECT_EQUAL(counts().known, 4);
}

TEST(the_flag_alone_means_systematic)
{
    verified("seed=1");
    EXPECT(!expool_verifier_flags_set(0x40009 | 4)); /* they exclude each other */
    EXPECT(expool_verifier_flags_set(0x40009));
    EXPECT_EQUAL(rounds(), 3);
    EXPECT(expool_verifier_flags_set(0x9));
    EXPECT_EQUAL(rounds(), 0);
}

TEST(recording_fails_nothing_and_writes_each_stack_once)
{
    const char *path = state_path();
    verified(with_state("record"));
    EXPECT_EQUAL(rounds(), 0);
    EXPECT_EQUAL(counts().recorded, 2);
    const char *text = content(path);
    EXPECT_TEXT(text, " recorded 0 test_inject_stacks!here_fails+0x");
    EXPECT_TEXT(text, " test_inject_stacks!there_fails+0x");
    unlink(path);
}

/* One line, so that all runs come by the same stacks. */
static unsigned run(const char *words)
{
    again(with_state(words));
    return rounds();
}

TEST(what_failed_in_an_earlier_run_passes_in_the_next)
{
    static const char *const words[] = {"systematic", "systematic", "record"};
    static const unsigned failed[] = {3, 0, 0};
    const char *path = state_path();
    for (volatile unsigned i = 0; i < sizeof words / sizeof words[0]; i++)
        EXPECT_EQUAL(run(words[i]), failed[i]);
    EXPECT_EQUAL(counts().failed, 2);
    unlink(path);
}

TEST(one_stack_alone_can_be_asked_for_and_one_be_excluded)
{
    char words[128];
    unsigned id = 0;
    const char *path = state_path();
    for (volatile unsigned i = 0; i < 3; i++) {
        if (i == 0)
            snprintf(words, sizeof words, "record");
        else
            snprintf(words, sizeof words, "systematic;%s=%08x", i == 1 ? "only" : "exclude", id);
        unsigned failed = run(words);
        EXPECT_EQUAL(failed, i == 0 ? 0 : i); /* the first stack; then the second */
        if (i == 0)
            EXPECT(sscanf(content(path), "%x recorded", &id) == 1);
        unlink(path);
    }
}

TEST(an_excluded_line_of_the_file_holds_and_so_does_the_counter)
{
    unsigned id = 0;
    const char *path = state_path();
    for (volatile unsigned i = 0; i < 2; i++) {
        EXPECT_EQUAL(run(i == 0 ? "record" : "systematic"), i == 0 ? 0 : 2);
        if (i > 0)
            continue;
        EXPECT(sscanf(content(path), "%x recorded", &id) == 1);
        FILE *file = fopen(path, "w");
        fprintf(file, "counter 7\n%08x excluded 7\n", id);
        fclose(file);
    }
    EXPECT_TEXT(content(path), " failed 7 test_inject_stacks!");
    unlink(path);
}

/* libbacktrace makes itself ready without locks, in a way that ThreadSanitizer does not know. */
#if !defined(__SANITIZE_THREAD__)
static void *round_in_thread(void *failed)
{
    for (volatile unsigned i = 0; i < 200; i++)
        *(unsigned *)failed += here_fails();
    return NULL;
}

TEST(threads_that_come_by_one_stack_at_once_share_its_one_failure)
{
    enum { THREADS = 4 };
    unsigned failed[THREADS] = {0};
    pthread_t thread[THREADS];
    verified("low_resources=systematic");
    for (unsigned i = 0; i < THREADS; i++)
        EXPECT(pthread_create(&thread[i], NULL, round_in_thread, &failed[i]) == 0);
    unsigned sum = 0;
    for (unsigned i = 0; i < THREADS; i++) {
        pthread_join(thread[i], NULL);
        sum += failed[i];
    }
    EXPECT_EQUAL(sum, 1);
}
#endif

TESTS_MAIN("inject_stacks")
