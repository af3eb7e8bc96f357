#include "bench/apps_suite.h"

#include "bench/goals.h"
#include "bench/show.h"

#include <math.h>
#include <stdio.h>

static const double mean_limit = 3;

static const struct workload_row workloads[APPS] = {
#define APP(word, place, help) {word, MAIN, WHOLE, 0, help},
#include "bench/apps.def"
#undef APP
};

enum place { BESIDE, NAMED };

static const enum place places[APPS] = {
#define APP(word, place, help) place,
#include "bench/apps.def"
#undef APP
};

/* bench_app reads the environment: BENCH_PRELOAD and BENCH_SET make the program's environment,
 * BENCH_TOOL its command ("./" is the folder of bench_app). Peers are tuned as far as it helps
 * them: Electric Fence allows malloc(0) and aligns as malloc does. */
static struct subject subjects[APPS_SUBJECTS] = {
    [APPS_EXPOOL] = {.word = "expool",
                     .program = "bench_app",
                     .environment = "BENCH_TOOL=./../bin/expool run --",
                     .origin = "the program expool, which this build does not make"},
    [APPS_PLAIN] = {.word = "plain", .kind = KIND_FAST, .program = "bench_app", .origin = "libc6"},
    [APPS_EFENCE] = {.word = "efence",
                     .kind = KIND_HARDENED,
                     .program = "bench_app",
                     .environment = "BENCH_SET=EF_DISABLE_BANNER=1 EF_ALLOW_MALLOC_0=1 "
                                    "EF_ALIGNMENT=16",
                     .libraries = SYSTEM_LIBRARY("libefence.so.0"),
                     .handed_as = "BENCH_PRELOAD",
                     .origin = "package electric-fence",
                     .is_slow = true,
                     .has_limit = true},
    [APPS_DUMA] = {.word = "duma",
                   .kind = KIND_HARDENED,
                   .program = "bench_app",
                   .environment = "BENCH_SET=DUMA_DISABLE_BANNER=1",
                   .libraries = SYSTEM_LIBRARY("libduma.so.0"),
                   .handed_as = "BENCH_PRELOAD",
                   .origin = "package duma",
                   .is_slow = true,
                   .has_limit = true},
    [APPS_VALGRIND] = {.word = "valgrind",
                       .kind = KIND_HARDENED,
                       .program = "bench_app",
                       .environment = "BENCH_TOOL=/usr/bin/valgrind -q --trace-children=yes "
                                      "--log-file=/dev/null",
                       .origin = "package valgrind",
                       .is_slow = true},
};

/* The geometric mean of what the programs cost that ended well, *count of them: of those NAMED, or
 * of those BESIDE too. */
static double mean_of(const struct figures *figures, unsigned one, enum place least,
                      unsigned *count)
{
    double sum = 0;
    *count = 0;
    for (unsigned app = 0; app < APPS; app++) {
        double x = figures->at[app][one].x[APPS_PLAIN];
        if (x <= 0 || places[app] < least)
            continue;
        sum += log(x);
        ++*count;
    }
    return *count > 0 ? exp(sum / *count) : 0;
}

static unsigned judge(const struct figures *figures, struct verdict *verdicts)
{
    struct judging it = {figures, verdicts, 0};
    unsigned passed;
    unsigned asked = 0;
    double mean = mean_of(figures, APPS_EXPOOL, NAMED, &passed);
    goal_at_most(&it, mean, mean_limit, "processor time x plain, geometric mean of %u", passed);
    mean = mean_of(figures, APPS_EXPOOL, BESIDE, &passed);
    for (unsigned app = 0; app < APPS; app++)
        asked += figures->at[app][APPS_PLAIN].is_there;
    if (mean > 0)
        goal_at_least(&it, passed, asked, "programs that end with the same output, of %u", asked);
    return it.count;
}

static void markdown_cell(const struct figures *figures, unsigned app, unsigned one)
{
    const struct figure *figure = &figures->at[app][one];
    if (figure->x[APPS_PLAIN] > 0)
        printf(" %.1f / %.1f |", figure->x[APPS_PLAIN], peak_ratio(figures, app, one, APPS_PLAIN));
    else
        printf(" %s |", figure->complaint[0] ? "fails" : "-");
}

static void markdown_means(const struct figures *figures, const char *what, enum place least)
{
    unsigned count;
    printf("| geometric mean of %s (how many) | |", what);
    for (unsigned one = 0; one < APPS_SUBJECTS; one++) {
        double mean = mean_of(figures, one, least, &count);
        if (one == APPS_PLAIN || !show_is_known(figures, one))
            continue;
        printf(" %.1f (%u) |", mean, count);
    }
    printf("\n");
}

static void show_markdown(const struct figures *figures)
{
    printf("| program | plain, s / MiB |");
    for (unsigned one = 0; one < APPS_SUBJECTS; one++)
        if (one != APPS_PLAIN && show_is_known(figures, one))
            printf(" %s |", subjects[one].word);
    printf("\n| --- | ---: |");
    for (unsigned one = 0; one < APPS_SUBJECTS; one++)
        if (one != APPS_PLAIN && show_is_known(figures, one))
            printf(" ---: |");
    printf("\n");
    for (unsigned app = 0; app < APPS; app++) {
        const struct figure *plain = &figures->at[app][APPS_PLAIN];
        if (!plain->is_there)
            continue;
        printf("| %s | %.2f / %.0f |", workloads[app].word, plain->ns / 1e9, plain->peak_kb / 1024);
        for (unsigned one = 0; one < APPS_SUBJECTS; one++)
            if (one != APPS_PLAIN && show_is_known(figures, one))
                markdown_cell(figures, app, one);
        printf("\n");
    }
    markdown_means(figures, "the first nine", NAMED);
    markdown_means(figures, "all", BESIDE);
    show_goals_markdown(figures);
}

const struct suite suite_apps = {
    .word = "apps",
    .trial = "start",
    .workloads = workloads,
    .workload_count = APPS,
    .subjects = subjects,
    .subject_count = APPS_SUBJECTS,
    .beside = {APPS_PLAIN, APPS_VALGRIND},
    .goals_title = "goals of unmodified programs under expool",
    .rounds = 3,
    .writes_goals = true,
    .judge = judge,
    .show_markdown = show_markdown,
};
