/* Low resources simulation, randomized. */
#include "tests/child.h"
#include "tests/verified.h"

#include "expool/io.h"
#include "expool/io_work_item.h"
#include "expool/mdl.h"
#include "expool/mm.h"
#include "expool/seh.h"
#include "pool/report.h"
#include "verifier/inject.h"
#include "verifier/inject_history.h"
#include "verifier/inject_settings.h"

#include <pthread.h>

enum { CALLS = 2000 };

/* Which of so many allocations fail, a bit each. */
static unsigned failures(bool failed[CALLS], uint32_t tag)
{
    unsigned count = 0;
    for (unsigned i = 0; i < CALLS; i++) {
        void *block = ExAllocatePoolWithTag(NonPagedPoolNx, 16, tag);
        failed[i] = block == NULL;
        count += block == NULL;
        if (block != NULL)
            ExFreePool(block);
    }
    return count;
}

static bool again(const char *options_text)
{
    (void)expool_verifier_stop();
    verified(options_text);
    return true;
}

TEST(six_calls_in_a_hundred_fail_by_default)
{
    bool failed[CALLS];
    verified("seed=1");
    EXPECT(expool_verifier_flags_set(0xd)); /* 4: randomized low resources */
    unsigned count = failures(failed, TAG);
    EXPECT(count > CALLS * 4 / 100 && count < CALLS * 8 / 100);
    struct expool_verifier_counters counters;
    expool_verifier_counters_get(&counters);
    EXPECT_EQUAL(counters.faults_injected, count);
    EXPECT(expool_verifier_flags_set(0x9));
    EXPECT_EQUAL(failures(failed, TAG), 0);
}

static bool first[CALLS];
static bool other[CALLS];

static void *count_from_a_new_thread(void *into)
{
    failures(into, TAG);
    return NULL;
}

static void run_in_thread(bool failed[CALLS])
{
    pthread_t thread;
    EXPECT(pthread_create(&thread, NULL, count_from_a_new_thread, failed) == 0);
    pthread_join(thread, NULL);
}

TEST(the_same_seed_fails_the_same_calls_of_a_thread_and_another_seed_others)
{
    verified("seed=7:low_resources='rate=600'");
    run_in_thread(first);
    run_in_thread(other);
    EXPECT(memcmp(first, other, sizeof first) == 0);
    again("seed=8");
    run_in_thread(other);
    EXPECT(memcmp(first, other, sizeof first) != 0);
}

TEST(only_matching_tags_fail_and_a_filter_moves_no_decision)
{
    verified("seed=7:low_resources='rate=5000'");
    run_in_thread(first);
    again("low_resources='rate=5000;tags=Othe Te*'");
    run_in_thread(other);
    EXPECT(memcmp(first, other, sizeof first) == 0);
    again("low_resources='rate=10000;tags=Othe'");
    EXPECT_EQUAL(failures(first, TAG), 0);
    EXPECT_EQUAL(failures(first, 'ehtO'), CALLS);
    again("low_resources='rate=10000;tags=Io Irp'");
    EXPECT_EQUAL(failures(first, '  oI'), CALLS); /* blanks end a tag that is shorter */
}

TEST(only_matching_sizes_and_programs_fail)
{
    bool failed[CALLS];
    verified("low_resources='rate=10000;sizes=17-64'");
    EXPECT_EQUAL(failures(failed, TAG), 0);
    again("low_resources='rate=10000;sizes=16'");
    EXPECT_EQUAL(failures(failed, TAG), CALLS);
    again("low_resources='rate=10000;apps=notepad.exe'");
    EXPECT_EQUAL(failures(failed, TAG), 0);
    again("low_resources='rate=10000;apps=notepad.exe test_inj*'");
    EXPECT_EQUAL(failures(failed, TAG), CALLS);
}

TEST(nothing_fails_before_the_delay_is_over)
{
    bool failed[CALLS];
    verified("low_resources='rate=10000;after_ms=600000'");
    EXPECT_EQUAL(failures(failed, TAG), 0);
    again("low_resources='rate=10000;after_ms=1'");
    usleep(20000);
    EXPECT_EQUAL(failures(failed, TAG), CALLS);
}

TEST(the_nth_call_alone_fails)
{
    bool failed[CALLS];
    verified("low_resources='nth=17'");
    EXPECT_EQUAL(failures(failed, TAG), 1);
    EXPECT(failed[16]);
    again("low_resources='nth=3;sizes=100-200'");
    EXPECT_EQUAL(failures(failed, TAG), 0);
    again("low_resources='nth=5'"); /* counted anew */
    EXPECT_EQUAL(failures(failed, TAG), 1);
    EXPECT(failed[4]);
}

TEST(the_failure_is_the_routines_own)
{
    volatile bool was_raised = false;
    verified("low_resources='rate=10000'");
    EXPECT(ExAllocatePool2(POOL_FLAG_PAGED, 16, TAG) == NULL);
    EXPECT(ExAllocatePoolWithTag(PagedPool, 8000, TAG) == NULL);
    __try {
        (void)ExAllocatePool2(POOL_FLAG_PAGED | POOL_FLAG_RAISE_ON_FAILURE, 16, TAG);
    } __except (GetExceptionCode() == STATUS_INSUFFICIENT_RESOURCES) {
        was_raised = true;
    }
    EXPECT(was_raised);
    EXPECT_EQUAL(passed.count, 0);
}

TEST(routines_that_hand_out_memory_and_mappings_fail_too)
{
    char buffer[64];
    volatile bool was_raised = false;
    PHYSICAL_ADDRESS zero = {.QuadPart = 0};
    PHYSICAL_ADDRESS all = {.QuadPart = -1};
    PMDL mdl = IoAllocateMdl(buffer, sizeof buffer, FALSE, FALSE, NULL);
    MmBuildMdlForNonPagedPool(mdl);
    mdl->MdlFlags = MDL_PAGES_LOCKED | MDL_MAPPING_CAN_FAIL;
    verified("low_resources='rate=10000'");
    EXPECT(IoAllocateMdl(buffer, sizeof buffer, FALSE, FALSE, NULL) == NULL);
    EXPECT(IoAllocateIrp(1, FALSE) == NULL);
    EXPECT(IoAllocateErrorLogEntry(NULL, 64) == NULL);
    EXPECT(IoAllocateWorkItem(NULL) == NULL);
    EXPECT(MmAllocateContiguousMemory(4096, all) == NULL);
    EXPECT(MmAllocatePagesForMdl(zero, all, zero, 4096) == NULL);
    EXPECT(MmGetSystemAddressForMdlSafe(mdl, NormalPagePriority) == NULL);
    EXPECT(MmMapLockedPages(mdl, KernelMode) != NULL); /* it would be a bug check */
    mdl->MdlFlags = 0;
    __try {
        MmProbeAndLockPages(mdl, KernelMode, IoReadAccess);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        was_raised = true;
    }
    EXPECT(was_raised);
    EXPECT_EQUAL(passed.count, 0);
    again("low_resources=off");
    MmProbeAndLockPages(mdl, KernelMode, IoReadAccess);
    MmUnlockPages(mdl);
    IoFreeMdl(mdl);
}

TEST(a_call_that_fails_is_no_request_that_was_refused)
{
    struct expool_verifier_counters before;
    struct expool_verifier_counters after;
    char buffer[64];
    volatile bool was_raised = false;
    PMDL mdl = IoAllocateMdl(buffer, sizeof buffer, FALSE, FALSE, NULL);
    verified("low_resources='nth=1'");
    expool_verifier_counters_get(&before);
    __try {
        MmProbeAndLockPages(mdl, KernelMode, IoReadAccess);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        was_raised = true;
    }
    ExFreePool(ExAllocatePoolWithTag(NonPagedPoolNx, 16, TAG));
    expool_verifier_counters_get(&after);
    EXPECT(was_raised);
    EXPECT_EQUAL(after.faults_injected, before.faults_injected + 1);
    EXPECT_EQUAL(after.allocations_attempted, before.allocations_attempted + 1);
    EXPECT_EQUAL(after.allocations_succeeded, before.allocations_succeeded + 1);
    IoFreeMdl(mdl);
}

TEST(a_request_for_tags_fails_no_call_without_one)
{
    char buffer[64];
    PMDL mdl = IoAllocateMdl(buffer, sizeof buffer, FALSE, FALSE, NULL);
    verified("low_resources='rate=10000;tags=Te*'");
    MmProbeAndLockPages(mdl, KernelMode, IoReadAccess);
    MmUnlockPages(mdl);
    IoFreeMdl(mdl);
}

/* How many bytes differ from their neighbour. */
static unsigned changes(const unsigned char *bytes, unsigned count)
{
    unsigned changed = 0;
    for (unsigned i = 1; i < count; i++)
        changed += bytes[i] != bytes[i - 1];
    return changed;
}

TEST(memory_that_nobody_zeroed_holds_random_bytes_in_both_pools)
{
    enum { BYTES = 512 };
    verified("seed=3:low_resources='rate=0'");
    for (unsigned is_special = 0; is_special < 2; is_special++) {
        unsigned char *soiled = ExAllocatePoolWithTag(NonPagedPoolNx, BYTES, TAG);
        EXPECT(changes(soiled, BYTES) > BYTES / 2);
        unsigned char *zeroed = ExAllocatePoolZero(NonPagedPoolNx, BYTES, TAG);
        EXPECT(changes(zeroed, BYTES) == 0 && zeroed[0] == 0);
        ExFreePool(soiled);
        ExFreePool(zeroed);
        again("special_pool=none");
    }
}

TEST(the_last_failures_are_remembered_with_their_callers)
{
    struct injected entry;
    verified("low_resources='rate=10000'");
    for (unsigned i = 1; i <= INJECT_HISTORY_ENTRIES + 2; i++)
        EXPECT(ExAllocatePoolWithTag(NonPagedPoolNx, i, TAG) == NULL);
    EXPECT(inject_history_get(0, &entry));
    EXPECT_EQUAL(entry.size_bytes, INJECT_HISTORY_ENTRIES + 2);
    EXPECT_EQUAL(entry.tag, TAG);
    EXPECT(entry.depth > 1 && entry.depth <= INJECT_HISTORY_FRAMES);
    EXPECT(inject_history_get(INJECT_HISTORY_ENTRIES - 1, &entry));
    EXPECT_EQUAL(entry.size_bytes, 3);
    EXPECT(!inject_history_get(INJECT_HISTORY_ENTRIES, &entry));
}

TEST(only_chosen_drivers_fail_by_way_of_our_routines_too)
{
    bool failed[CALLS];
    char buffer[64];
    verified("low_resources='rate=10000':drivers='nowhere.sys'");
    EXPECT_EQUAL(failures(failed, TAG), 0);
    PMDL mdl = IoAllocateMdl(buffer, sizeof buffer, FALSE, FALSE, NULL);
    EXPECT(mdl != NULL);
    IoFreeMdl(mdl);
    again("drivers='nowhere.sys test_inject'");
    EXPECT_EQUAL(failures(failed, TAG), CALLS);
    EXPECT(IoAllocateMdl(buffer, sizeof buffer, FALSE, FALSE, NULL) == NULL);
}

static void write_past_the_end_after_a_failure(void)
{
    EXPECT(expool_options_set("low_resources='nth=2':seed=42") == 0);
    EXPECT(expool_verifier_start());
    char *block = ExAllocatePoolWithTag(NonPagedPoolNx, 16, TAG);
    EXPECT(ExAllocatePoolWithTag(NonPagedPoolNx, 333, TAG) == NULL);
    block[16] = 0;
    ExFreePool(block);
}

TEST(a_report_tells_the_seed_and_how_many_calls_failed)
{
    struct child child = child_run(write_past_the_end_after_a_failure);
    EXPECT_EQUAL(child.signal, SIGABRT);
    EXPECT_TEXT(child.text, "low_resources=nth=2");
    EXPECT_TEXT(child.text, "seed=42");
    EXPECT_TEXT(child.text, "faults nth=2, 1 of 2 calls failed");
    EXPECT_TEXT(child.text, "special pool 1 of 1 allocations (100.0 %)");
}

TEST(the_text_for_a_report_names_tag_size_and_caller)
{
    char bytes[4096];
    struct text text = TEXT_OVER(bytes);
    verified("low_resources='nth=1'");
    inject_failures(&text);
    EXPECT_EQUAL(text.length, 0);
    EXPECT(ExAllocatePoolWithTag(NonPagedPoolNx, 333, TAG) == NULL);
    inject_failures(&text);
    EXPECT_TEXT(bytes, "the last of 1");
    EXPECT_TEXT(bytes, "333 bytes, tag Test");
    EXPECT_TEXT(bytes, "test_inject.c:");
}

TEST(bad_words_end_the_program_before_main_and_say_why)
{
    static const char *const bad[][2] = {
        {"low_resources='rate=10001'", "bad value 'rate=10001'"},
        {"low_resources='ratte=1'", "none of off, rate"},
        {"low_resources='sizes=9-3'", "bad value 'sizes=9-3'"},
        {"low_resources='nth=0'", "bad value 'nth=0'"},
        {"verifier=0x4:low_resources='systematic'", "exclude each other"},
        {"low_resources='systematic;state=/nowhere/at/all'", "state file"},
    };
    for (unsigned i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct child child = child_again(bad[i][0]);
        EXPECT_TEXT(child.text, bad[i][1]);
        EXPECT_EQUAL(child.exit_code, 125);
    }
}

static uint32_t rules_of(const char *words)
{
    uint32_t rules = 0;
    EXPECT(inject_rules_of(words, &rules));
    return rules;
}

TEST(each_word_brings_its_rule)
{
    struct inject_settings settings;
    char bytes[256];
    struct text complaint = TEXT_OVER(bytes);
    EXPECT_EQUAL(rules_of("off"), 0);
    EXPECT_EQUAL(rules_of("rate=1"), 4);
    EXPECT_EQUAL(rules_of("record;state=a"), 0x40000);
    EXPECT(inject_settings_read("tags=Ab*", &settings, &complaint));
    EXPECT_EQUAL(settings.mode, INJECT_RANDOM);
    EXPECT_EQUAL(settings.rate, 600);
    EXPECT(inject_settings_read("rate=0x10", &settings, &complaint));
    EXPECT_EQUAL(settings.rate, 16);
}

TESTS_MAIN("inject")
