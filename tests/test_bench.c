#include "tests/expect.h"

#include "bench/figures.h"
#include "bench/goals.h"
#include "bench/json.h"
#include "bench/os_process.h"
#include "bench/pool_suite.h"
#include "bench/settings.h"
#include "bench/verifier_suite.h"
#include "bench/words.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static struct sample_table samples;
static struct figures figures, again;

static void measured(enum pool_workload workload, enum pool_subject one, double ns, double peak_kb)
{
    for (unsigned round = 0; round < 3; round++) {
        samples.at[workload][one].ns[round] = ns * (round + 1);
        samples.at[workload][one].peak_kb[round] = peak_kb;
    }
}

static bool reads(struct settings *settings, const char *a, const char *b)
{
    char *words[] = {(char *)(uintptr_t)a, (char *)(uintptr_t)b};
    return settings_read(settings, &suite_pool, (a != NULL) + (b != NULL), words);
}

TEST(the_median_is_the_middle_or_the_mean_of_two)
{
    EXPECT(median_of((double[]){9, 1, 5}, 3) == 5);
    EXPECT(median_of((double[]){4, 1, 2, 9}, 4) == 3);
    EXPECT(median_of(NULL, 0) == 0);
}

TEST(a_ratio_is_taken_round_by_round)
{
    struct samples one = {.ns = {10, 40, 30}, .peak_kb = {1, 1, 1}};
    struct samples other = {.ns = {10, 20, 10}, .peak_kb = {1, 1, 1}};
    EXPECT(ratio_of(&one, &other, 3) == 2); /* 1, 2, 3; the ratio of the medians would be 3 */
    other.ns[1] = other.peak_kb[1] = 0;     /* a round that failed counts for nobody */
    EXPECT(ratio_of(&one, &other, 2) == 1);
    EXPECT(ratio_of(&one, &(struct samples){.ns = {0}}, 3) == 0);
}

TEST(without_a_time_the_ratio_is_of_memory)
{
    struct samples one = {.peak_kb = {30, 30}}, other = {.peak_kb = {60, 60}};
    EXPECT(ratio_of(&one, &other, 2) == 0.5);
}

TEST(what_json_writes_it_reads)
{
    char path[] = "/tmp/expool-bench-XXXXXX";
    close(mkstemp(path));
    measured(ID_workload_pair64, SUBJECT_EXPOOL, 6, 1200);
    measured(ID_workload_pair64, SUBJECT_GLIBC, 5, 1000);
    figures_from(&figures, &suite_pool, &samples, 3);
    EXPECT(json_write(path, &figures));
    EXPECT(json_read(path, &suite_pool, &again));
    const struct figure *row = &again.at[ID_workload_pair64][SUBJECT_EXPOOL];
    EXPECT(row->is_there && row->ns == 12 && row->peak_kb == 1200);
    EXPECT(row->x[SUBJECT_GLIBC] == 1.2 && row->x[SUBJECT_JEMALLOC] == 0);
    EXPECT(!again.at[ID_workload_pair64][SUBJECT_SCUDO].is_there);
    unlink(path);
}

TEST(json_has_the_promised_shape)
{
    char path[] = "/tmp/expool-bench-XXXXXX", text[512] = "";
    int file = mkstemp(path);
    measured(ID_workload_pair64, SUBJECT_EXPOOL, 6, 1200);
    measured(ID_workload_pair64, SUBJECT_GLIBC, 5, 1000);
    figures_from(&figures, &suite_pool, &samples, 3);
    EXPECT(json_write(path, &figures));
    EXPECT(read(file, text, sizeof text - 1) > 0);
    EXPECT_TEXT(text, "{\"rows\":[\n{\"workload\":\"pair64\",\"subject\":\"expool\",\"ns\":12.000,"
                      "\"peak_kb\":1200,\"x\":{\"glibc\":1.2000}},\n"
                      "{\"workload\":\"pair64\",\"subject\":\"glibc\"");
    EXPECT_TEXT(text, "\"x\":{}}\n]}\n");
    close(file);
    unlink(path);
}

TEST(goals_are_judged_where_there_are_figures)
{
    struct verdict verdicts[VERDICTS_MAX];
    figures.suite = &suite_pool;
    EXPECT_EQUAL(goals_judge(&figures, verdicts), 0);
    measured(ID_workload_pair64, SUBJECT_EXPOOL, 6, 1200);
    measured(ID_workload_pair64, SUBJECT_GLIBC, 4, 1000);
    measured(ID_workload_bulk1m, SUBJECT_EXPOOL, 6, 1050);
    measured(ID_workload_bulk1m, SUBJECT_GLIBC, 10, 1000);
    figures_from(&figures, &suite_pool, &samples, 3);
    EXPECT_EQUAL(goals_judge(&figures, verdicts), 3);
    EXPECT_TEXT(verdicts[0].what, "pair64, time x glibc");
    EXPECT(verdicts[0].figure == 1.5 && !verdicts[0].is_met);
    EXPECT_TEXT(verdicts[1].what, "bulk1m, time x glibc");
    EXPECT(verdicts[1].is_met && verdicts[2].is_met);
}

/* Of `bench verifier`: three rounds of one figure. */
static void guarded(enum verifier_workload workload, enum verifier_subject one, double ns)
{
    struct samples *row = &samples.at[workload][one];
    for (unsigned round = 0; round < 3; round++) {
        row->ns[round] = ns;
        row->peak_kb[round] = 1000;
        row->live_bytes[round] = workload == ID_workload_grow ? 4112 : 0;
        row->dead_bytes[round] = workload == ID_workload_grow ? 48 : 0;
    }
}

static void measure_guarded(void)
{
    memset(&samples, 0, sizeof samples);
    guarded(ID_workload_window_1k, VERIFIER_EXPOOL, 1000);
    guarded(ID_workload_window_1k, VERIFIER_DUMA, 40000);
    guarded(ID_workload_window_1m, VERIFIER_EXPOOL, 1400);
    guarded(ID_workload_grow, VERIFIER_EXPOOL, 1200);
    figures_from(&figures, &suite_verifier, &samples, 3);
    figures.at[ID_workload_window_1m][VERIFIER_DUMA].died_at = 32256;
    snprintf(figures.at[ID_workload_window_1m][VERIFIER_DUMA].complaint, 32, "dies of\"it");
}

TEST(the_verifiers_goals_are_judged_beside_its_peers)
{
    struct verdict verdicts[VERDICTS_MAX];
    measure_guarded();
    EXPECT_EQUAL(goals_judge(&figures, verdicts), 4);
    EXPECT_TEXT(verdicts[0].what, "window1k, expool x duma");
    EXPECT(verdicts[0].figure == 0.025 && verdicts[0].goal == 0.02 && !verdicts[0].is_met);
    EXPECT_TEXT(verdicts[1].what, "expool, 1 M live x 1 k live");
    EXPECT(verdicts[1].is_met && verdicts[2].is_met && !verdicts[3].is_met);
}

TEST(json_tells_who_failed_and_which_goals_are_met)
{
    char path[] = "/tmp/expool-bench-XXXXXX", text[2048] = "";
    int file = mkstemp(path);
    measure_guarded();
    EXPECT(json_write(path, &figures));
    EXPECT(read(file, text, sizeof text - 1) > 0);
    EXPECT_TEXT(text, "\"live_bytes\":4112.0,\"dead_bytes\":48.0,\"x\":{}}\n],\"failed\":[\n{"
                      "\"workload\":\"window1m\",\"subject\":\"duma\",\"died_at\":32256,"
                      "\"why\":\"dies of it\"}\n]");
    EXPECT_TEXT(text, "{\"what\":\"window1k, expool x duma\",\"figure\":0.0250,\"goal\":0.0200,"
                      "\"is_met\":false}");
    EXPECT(json_read(path, &suite_verifier, &again));
    EXPECT_EQUAL(again.at[ID_workload_window_1m][VERIFIER_DUMA].died_at, 32256);
    EXPECT_TEXT(again.at[ID_workload_window_1m][VERIFIER_DUMA].complaint, "dies of it");
    EXPECT(!again.at[ID_workload_window_1m][VERIFIER_DUMA].is_there);
    EXPECT(again.at[ID_workload_grow][VERIFIER_EXPOOL].dead_bytes == 48);
    close(file);
    unlink(path);
}

TEST(a_tool_is_put_before_the_program_and_a_library_into_its_environment)
{
    static struct subject_run run;
    struct process process = {.timeout_s = 1};
    struct subject subject = {
        .program = "bench_malloc", .tool = "/bin/tool -q", .library = "/l.so"};
    const char *words[] = {"window1k", NULL};
    subject_command(&subject, "/folder", words, &run, &process);
    EXPECT_TEXT(process.words[0], "/bin/tool");
    EXPECT_TEXT(process.words[1], "-q");
    EXPECT_TEXT(process.words[2], "/folder/bench_malloc");
    EXPECT_TEXT(process.words[3], "window1k");
    EXPECT(process.words[4] == NULL);
    EXPECT_TEXT(process.environment[2], "LD_PRELOAD=/l.so");
}

TEST(the_irql_is_measured_in_the_pool_and_in_plain_stores_only)
{
    EXPECT(suite_has(&suite_verifier, ID_workload_irql, VERIFIER_NORMAL));
    EXPECT(suite_has(&suite_verifier, ID_workload_irql, VERIFIER_GLIBC));
    EXPECT(!suite_has(&suite_verifier, ID_workload_irql, VERIFIER_DUMA));
    EXPECT(suite_has(&suite_verifier, ID_workload_grow, VERIFIER_DUMA));
}

TEST(switches_and_names_are_taken)
{
    struct settings settings;
    EXPECT(reads(&settings, "--quick", "pair64"));
    EXPECT(settings.is_quick && settings.names_workloads && !settings.names_subjects);
    EXPECT(settings_want_workload(&settings, ID_workload_pair64));
    EXPECT(!settings_want_workload(&settings, ID_workload_batch64));
    EXPECT(reads(&settings, "--rounds", "7"));
    EXPECT_EQUAL(settings.rounds, 7);
    EXPECT(settings_want_workload(&settings, ID_workload_live_10m));
}

TEST(quick_leaves_the_scaling_rows_out_and_scale_the_others)
{
    struct settings settings;
    EXPECT(reads(&settings, "--quick", NULL));
    EXPECT(!settings_want_workload(&settings, ID_workload_threads_8));
    EXPECT(reads(&settings, "--scale", NULL));
    EXPECT(settings_want_workload(&settings, ID_workload_threads_8));
    EXPECT(!settings_want_workload(&settings, ID_workload_pair64));
}

TEST(a_bad_word_is_refused_with_the_nearest)
{
    struct settings settings;
    static const char *const words[] = {"pool", "instructions"};
    EXPECT(!reads(&settings, "--quik", NULL));
    EXPECT(!reads(&settings, "pair65", NULL));
    EXPECT(!reads(&settings, "--rounds", "0"));
    EXPECT(!reads(&settings, "--rounds", "3x"));
    EXPECT(!reads(&settings, "--seconds", NULL));
    EXPECT_TEXT(word_nearest("instruction", words, 2), "instructions");
    EXPECT_TEXT(word_nearest("pol", words, 2), "pool");
}

TEST(a_process_is_run_with_its_environment_and_its_exit_kept)
{
    const char *words[] = {"/bin/sh", "-c", "echo $WORD; exit 3", NULL};
    const char *environment[] = {"WORD=seen", NULL};
    struct process process = {.words = words, .environment = environment, .timeout_s = 20};
    EXPECT(process_run(&process));
    EXPECT_TEXT(process.text, "seen\n");
    EXPECT_EQUAL(process.exit_code, 3);
}

TEST(a_process_that_takes_too_long_is_ended)
{
    const char *words[] = {"/bin/sleep", "30", NULL};
    struct process process = {.words = words, .timeout_s = 1};
    EXPECT(process_run(&process));
    EXPECT(process.timed_out);
}

TEST(a_process_ends_when_it_is_asked_to)
{
    const char *words[] = {"/bin/sh", "-c", "trap 'exit 5' TERM; while :; do sleep 0.1; done",
                           NULL};
    struct process process = {.words = words, .timeout_s = 1};
    EXPECT(process_run(&process));
    EXPECT(process.timed_out);
    EXPECT_EQUAL(process.exit_code, 5);
}

TEST(a_program_that_is_not_there_is_told)
{
    const char *words[] = {"/no/such/program", NULL};
    struct process process = {.words = words, .timeout_s = 5};
    EXPECT(!process_run(&process));
}

TESTS_MAIN("bench")
