#include "fuzz/replay/trial.h"

#include "fuzz/replay/last_words.h"
#include "tests/expect.h"

#include <dlfcn.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <wdm.h>

static struct trial trial;

static void silent(void *context)
{
    (void)context;
}

static void find(void *context)
{
    failure_unsound(NULL, 0, context);
}

static void quit(void *context)
{
    (void)context;
    _Exit(9);
}

TEST(a_child_that_ends_well_has_no_key)
{
    EXPECT(trial_run(&trial, silent, NULL));
    EXPECT(!trial.has_failed);
    ck_assert_str_eq(trial.key, "");
}

TEST(a_failure_of_ours_has_its_own_key_and_its_log)
{
    static char text[] = "a page lost (at 0x1234)";
    EXPECT(trial_run(&trial, find, text));
    EXPECT(trial.has_failed);
    ck_assert_str_eq(trial.key, "unsound/a page lost/input");
    EXPECT(strstr(trial.log, "expool fuzz: unsound: a page lost (at 0x1234)\n") != NULL);
}

TEST(an_exit_nobody_expected_has_a_key)
{
    EXPECT(trial_run(&trial, quit, NULL));
    ck_assert_str_eq(trial.key, "exit/9");
}

static void key_is(const char *log, int status, const char *key)
{
    char found[FAILURE_KEY_MAX];
    last_words_key(log, status, found);
    ck_assert_str_eq(found, key);
}

TEST(keys_come_from_what_was_said)
{
    key_is("x\nexpool: our own mistake, please report it: page != NULL at pool/page.c:12\n",
           SIGABRT, "invariant/page != NULL");
    key_is("BUG CHECK\nSUMMARY: expool: 0xC1/0x24 damage-after-block a.c:3 in main\n", SIGABRT,
           "stop/0xC1-0x24/damage-after-block");
    key_is("==1==ERROR: AddressSanitizer: heap-use-after-free on address 0x1\n"
           "    #0 0x5 in memset (/x/program+0x5)\n"
           "    #1 0x6 in page_split /x/pool/page.c:12:3\n"
           "    #2 0x6 in heap_take /x/pool/heap.c:12:3\n",
           SIGABRT, "sanitizer/heap-use-after-free/page_split/heap_take");
    key_is("DEDUP_TOKEN: ours\n==1==ERROR: AddressSanitizer: ABRT\nDEDUP_TOKEN: a--b--c\n", SIGABRT,
           "ours");
}

/* Where the program lies and its path, as a sanitizer without a symbolizer prints them. */
TEST(frames_that_a_sanitizer_did_not_name_have_their_names)
{
    char log[16384];
    char program[4096] = "";
    Dl_info module;
    EXPECT(dladdr((void *)(uintptr_t)KeSetEvent, &module) != 0);
    EXPECT(readlink("/proc/self/exe", program, sizeof program - 1) > 0);
    uintptr_t base = (uintptr_t)module.dli_fbase;
    (void)snprintf(log, sizeof log,
                   "==1==ERROR: AddressSanitizer: SEGV on unknown address\n"
                   "    #0 0x7f01 (/lib/libc.so.6+0x3c04f) (BuildId: 12)\n"
                   "    #1 0x5501 (%s+0x%zx) (BuildId: 34)\n    #2 0x5502 (%s+0x%zx)\n",
                   program, (size_t)((uintptr_t)KeSetEvent - base), program,
                   (size_t)((uintptr_t)KeResetEvent - base));
    key_is(log, SIGABRT, "sanitizer/SEGV/KeSetEvent/KeResetEvent");
}

/* Sanitizers have reports of their own. */
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
static void crash(void *context)
{
    (void)KeSetEvent(context, 0, FALSE); /* it has more to do after what crashes: no jump */
}

static void hang(void *context)
{
    KSPIN_LOCK lock = 1;
    KIRQL old;
    (void)context;
    KeAcquireSpinLock(&lock, &old);
}

TEST(a_crash_is_known_by_the_two_innermost_functions_of_the_library)
{
    last_words_install();
    EXPECT(trial_run(&trial, crash, (void *)0xdead000));
    EXPECT(trial.has_failed);
    ck_assert_msg(strncmp(trial.key, "crash/SIGSEGV/", 14) == 0 && strchr(trial.key, '?') == NULL &&
                      strstr(trial.key + 14, "/KeSetEvent") != NULL,
                  "%s\n%s", trial.key, trial.log);
}

TEST(a_hang_is_known_by_what_was_called)
{
    last_words_install();
    trial_seconds = 1;
    EXPECT(trial_run(&trial, hang, NULL));
    ck_assert_msg(strncmp(trial.key, "hang/Ke", 7) == 0, "%s\n%s", trial.key, trial.log);
}
#endif

TESTS_MAIN("trial")
