/* main.c - `./build.sh bench fuzz`: the harness against its own goals, G1 to G13. Needs the presets
 * dev, fuzz, fuzz-asan and coverage built. Figures into build/bench/fuzz.json. */
#include "bench/words.h"
#include "fuzz/bench/goal.h"
#include "fuzz/bench/reach.h"
#include "fuzz/bench/speed.h"
#include "fuzz/campaign/corpus.h"
#include "fuzz/campaign/settings.h"
#include "fuzz/campaign/words.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char inputs[] = "build/bench/fuzz-inputs";

enum { OPTION_QUICK, OPTION_MINUTES, OPTION_TRIALS, OPTION_HELP, OPTION_COUNT };

static const char *const options[OPTION_COUNT] = {"--quick", "--minutes", "--trials", "--help"};

static const char usage[] =
    "usage: ./build.sh bench fuzz [--quick] [--minutes N [--trials N]]\n"
    "  --quick      a second a run, one round; of other programs' goals their last figures\n"
    "  --minutes N  G6 as well: each target N minutes from an empty corpus\n"
    "  --trials N   so often; the median counts (1)\n"
    "Exit: 0 measured, whatever came out; 2 nothing could be.\n";

struct bench {
    struct speed_settings speed;
    unsigned minutes;
    unsigned trials;
    bool is_quick;
};

static bool take_number(const char *option, const char *word, unsigned *number)
{
    char *end = NULL;
    unsigned long value = word != NULL ? strtoul(word, &end, 10) : 0;
    if (value >= 1 && value <= 1000 && *end == 0) {
        *number = (unsigned)value;
        return true;
    }
    fprintf(stderr, "bench fuzz: %s takes a number from 1 to 1000, not '%s'\n", option,
            word != NULL ? word : "");
    return false;
}

static bool read_options(struct bench *bench, int count, char **words)
{
    for (int i = 1; i < count; i++)
        switch (word_find(words[i], options, OPTION_COUNT)) {
        case OPTION_QUICK:
            bench->is_quick = true;
            bench->speed.seconds = bench->speed.rounds = 1;
            break;
        case OPTION_MINUTES:
            if (!take_number(words[i], i + 1 < count ? words[i + 1] : NULL, &bench->minutes))
                return false;
            i++;
            break;
        case OPTION_TRIALS:
            if (!take_number(words[i], i + 1 < count ? words[i + 1] : NULL, &bench->trials))
                return false;
            i++;
            break;
        case OPTION_HELP: fputs(usage, stdout); exit(0);
        default:
            fprintf(stderr, "bench fuzz: no option '%s'; the nearest is '%s'\n", words[i],
                    word_nearest(words[i], options, OPTION_COUNT));
            return false;
        }
    return true;
}

/* The committed inputs of every target, as bytes. */
static bool prepare(void)
{
    static struct settings settings;
    static const char *const folders[] = {"build/bench", inputs};
    int status;
    char program[] = "fuzz";
    char *words[] = {program, NULL};
    if (!settings_read(&settings, 1, words, &status))
        return false;
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++)
        if (mkdir(folders[i], 0777) != 0 && errno != EEXIST) {
            fprintf(stderr, "bench fuzz: %s: %s\n", folders[i], strerror(errno));
            return false;
        }
    for (unsigned i = 0; i < settings.target_count; i++) {
        char folder[PATH_BYTES];
        words_put(folder, sizeof folder, "%s/%s", inputs, settings.targets[i]);
        if (mkdir(folder, 0777) != 0 && errno != EEXIST)
            return false;
        if (!corpus_fill(&settings, settings.targets[i], folder))
            return false;
    }
    return true;
}

/* What takes minutes says what it is at. */
static void say(const char *what)
{
    fprintf(stderr, "bench fuzz: %s\n", what);
}

int main(int count, char **words)
{
    static struct goals goals;
    struct bench bench = {.speed = {.seconds = 5, .rounds = 3, .inputs = inputs}, .trials = 1};
    unsigned measured = 0;
    if (!read_options(&bench, count, words) || !prepare())
        return EXIT_TROUBLE;
    say("G1, G3: executions and operations a second");
    speed_throughput(&goals, &bench.speed);
    say("G2: instructions, under Valgrind");
    speed_share(&goals);
    say("G4: a bug check, a probed fault");
    speed_costs(&goals);
    say("G5: what the committed corpus covers");
    reach_coverage(&goals);
    say(bench.minutes > 0 ? "G6: runs from an empty corpus" : "G6 needs --minutes");
    reach_discovery(&goals, inputs, bench.minutes, bench.trials);
    reach_violations(&goals);
    goal_take(&goals, "G8", "build/oracle/oracle.json", "./build.sh oracle");
    goal_take(&goals, "G9", "build/oracle/oracle.json", "./build.sh oracle --empty --control");
    say(bench.is_quick ? "G10: from its last run" : "G10: the corpus in every order");
    reach_determinism(&goals, bench.is_quick);
    goal_take(&goals, "G10", "build/goals/G10-afl.json", "ci/jobs/afl.sh");
    goal_take(&goals, "G11", "build/goals/G11.json", "fuzz/crash.sh build/dev");
    goal_take(&goals, "G12", "build/goals/G12.json", "ci/jobs/contract.sh");
    goal_take(&goals, "G13", "build/oracle/oracle.json", "./build.sh oracle");
    goals_print(&goals);
    for (unsigned i = 0; i < goals.count; i++)
        measured += goals.at[i].is_measured;
    if (!goals_write(&goals, "build/bench/fuzz.json")) {
        fprintf(stderr, "bench fuzz: build/bench/fuzz.json: %s\n", strerror(errno));
        return EXIT_TROUBLE;
    }
    printf("%u of %u goals measured, in build/bench/fuzz.json\n", measured, goals.count);
    return measured > 0 ? 0 : EXIT_TROUBLE;
}
