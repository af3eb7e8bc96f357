#include "fuzz/campaign/screen.h"

#include "fuzz/campaign/build.h"
#include "fuzz/campaign/plot.h"
#include "fuzz/campaign/words.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum {
    LINES_EVERY_SECONDS = 30,
    WIDTH_USUAL = 80,
    CELL_BYTES = 32,
    LINE_BYTES = 512,
};

enum column {
    COLUMN_TARGET,
    COLUMN_BUILD,
    COLUMN_RATE,
    COLUMN_OPERATIONS,
    COLUMN_COVERAGE,
    COLUMN_FEATURES,
    COLUMN_CORPUS,
    COLUMN_INJECTED,
    COLUMN_DETECTED,
    COLUMN_WRONG,
    COLUMN_MISSED,
    COLUMN_FALSE,
    COLUMN_AGE,
    COLUMN_LEFT,
    COLUMN_COUNT,
};

/* Where a terminal is narrow, the least important go first. */
static const struct column_row {
    const char *title;
    int width;
    unsigned importance;
} columns[COLUMN_COUNT] = {
    [COLUMN_TARGET] = {"target", -16, 99}, [COLUMN_BUILD] = {"build", -5, 98},
    [COLUMN_RATE] = {"exec/s", 6, 90},     [COLUMN_OPERATIONS] = {"op/s", 6, 85},
    [COLUMN_COVERAGE] = {"cov", 6, 80},    [COLUMN_FEATURES] = {"ft", 6, 20},
    [COLUMN_CORPUS] = {"corpus", 6, 60},   [COLUMN_INJECTED] = {"inject", 6, 55},
    [COLUMN_DETECTED] = {"detect", 6, 50}, [COLUMN_WRONG] = {"wrong", 5, 70},
    [COLUMN_MISSED] = {"missed", 6, 71},   [COLUMN_FALSE] = {"false", 5, 69},
    [COLUMN_AGE] = {"new", 7, 40},         [COLUMN_LEFT] = {"left", 5, 30},
};

static struct {
    double drawn;   /* when, the last time */
    unsigned lines; /* on the terminal, to be drawn over */
} screen;

static bool is_terminal(void)
{
    const char *kind = getenv("TERM");
    return isatty(STDERR_FILENO) && kind != NULL && strcmp(kind, "dumb") != 0;
}

static unsigned width_of_terminal(void)
{
    struct winsize size;
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    return WIDTH_USUAL;
}

static unsigned height_of_terminal(void)
{
    struct winsize size;
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 4)
        return size.ws_row;
    return 24;
}

/* Which columns fit. */
static void choose_columns(unsigned width, bool shown[COLUMN_COUNT])
{
    unsigned used = 0;
    for (unsigned i = 0; i < COLUMN_COUNT; i++) {
        shown[i] = true;
        used += (unsigned)abs(columns[i].width) + 1;
    }
    while (used > width) {
        unsigned least = COLUMN_COUNT;
        for (unsigned i = 0; i < COLUMN_COUNT; i++)
            if (shown[i] &&
                (least == COLUMN_COUNT || columns[i].importance < columns[least].importance))
                least = i;
        if (least == COLUMN_TARGET || least == COLUMN_COUNT)
            return;
        shown[least] = false;
        used -= (unsigned)abs(columns[least].width) + 1;
    }
}

/* A second, over the last points of its series. */
static double recent(const struct fuzzer *fuzzer, bool of_operations)
{
    enum { POINTS = 5 };
    const struct series *series = &fuzzer->series;
    if (series->count < 2)
        return 0;
    const struct point *last = &series->at[series->count - 1];
    const struct point *before =
        &series->at[series->count > POINTS ? series->count - 1 - POINTS : 0];
    double seconds = last->seconds - before->seconds;
    double done = of_operations ? last->operations - before->operations
                                : last->executions - before->executions;
    return seconds > 0 && done > 0 ? done / seconds : 0;
}

static void fill_cell(const struct fuzzer *fuzzer, unsigned column, double now, char *text)
{
    static const enum count counted[COLUMN_COUNT] = {
        [COLUMN_INJECTED] = COUNT_INJECTED,  [COLUMN_DETECTED] = COUNT_DETECTED,
        [COLUMN_WRONG] = COUNT_WRONG,        [COLUMN_MISSED] = COUNT_MISSED,
        [COLUMN_FALSE] = COUNT_FALSE_ALARMS,
    };
    bool runs = fuzzer_is_running(fuzzer);
    switch (column) {
    case COLUMN_TARGET: words_put(text, CELL_BYTES, "%s", fuzzer->target); break;
    case COLUMN_BUILD: words_put(text, CELL_BYTES, "%s", build_rows[fuzzer->build].word); break;
    case COLUMN_RATE: plot_number(runs ? recent(fuzzer, false) : 0, text, CELL_BYTES); break;
    case COLUMN_OPERATIONS: plot_number(runs ? recent(fuzzer, true) : 0, text, CELL_BYTES); break;
    case COLUMN_COVERAGE: plot_number((double)fuzzer->coverage, text, CELL_BYTES); break;
    case COLUMN_FEATURES: plot_number((double)fuzzer->features, text, CELL_BYTES); break;
    case COLUMN_CORPUS: plot_number((double)fuzzer->corpus_size, text, CELL_BYTES); break;
    case COLUMN_AGE:
        words_put(text, CELL_BYTES, "-");
        if (fuzzer->last_new > 0)
            plot_time(now - fuzzer->last_new, text, CELL_BYTES);
        break;
    case COLUMN_LEFT:
        words_put(text, CELL_BYTES, fuzzer->starts > 0 ? "-" : "waits");
        if (runs)
            plot_time(fuzzer->turn_ends - now, text, CELL_BYTES);
        break;
    default: plot_number((double)fuzzer_count(fuzzer, counted[column]), text, CELL_BYTES);
    }
}

static void draw_row(const struct fuzzer *fuzzer, const bool shown[COLUMN_COUNT], double now)
{
    char cell[CELL_BYTES];
    for (unsigned i = 0; i < COLUMN_COUNT; i++) {
        if (!shown[i])
            continue;
        if (fuzzer != NULL)
            fill_cell(fuzzer, i, now, cell);
        fprintf(stderr, "%*.*s ", columns[i].width, abs(columns[i].width),
                fuzzer != NULL ? cell : columns[i].title);
    }
    fputs("\033[K\n", stderr);
    screen.lines++;
}

static void draw_head(const struct campaign *campaign, double now, const char *end)
{
    char gone[CELL_BYTES];
    char whole[CELL_BYTES];
    plot_time(now - campaign->began, gone, sizeof gone);
    plot_time(campaign->settings.seconds, whole, sizeof whole);
    fprintf(stderr, "fuzz: %s of %s, %u target%s, %u bug%s%s", gone, whole,
            campaign->settings.target_count, campaign->settings.target_count == 1 ? "" : "s",
            campaign->bugs.count, campaign->bugs.count == 1 ? "" : "s", end);
    screen.lines++;
}

static void back_to_top(void)
{
    if (screen.lines > 0)
        fprintf(stderr, "\033[%uA\r", screen.lines);
    screen.lines = 0;
}

/* Running ones first where not all have room. */
static void draw_table(const struct campaign *campaign, double now)
{
    bool shown[COLUMN_COUNT];
    unsigned room = height_of_terminal() - 3;
    bool all_fit = campaign->fuzzer_count <= room;
    back_to_top();
    choose_columns(width_of_terminal(), shown);
    draw_head(campaign, now, "\033[K\n");
    draw_row(NULL, shown, now);
    for (unsigned i = 0; i < campaign->fuzzer_count && screen.lines < room + 2; i++)
        if (all_fit || fuzzer_is_running(&campaign->fuzzers[i]))
            draw_row(&campaign->fuzzers[i], shown, now);
    fflush(stderr);
}

static void print_lines(const struct campaign *campaign, double now)
{
    draw_head(campaign, now, "\n");
    for (unsigned i = 0; i < campaign->fuzzer_count; i++) {
        const struct fuzzer *fuzzer = &campaign->fuzzers[i];
        char rate[CELL_BYTES];
        char operations[CELL_BYTES];
        if (!fuzzer_is_running(fuzzer))
            continue;
        plot_number(recent(fuzzer, false), rate, sizeof rate);
        plot_number(recent(fuzzer, true), operations, sizeof operations);
        fprintf(stderr,
                "  %s %s: %s exec/s, %s op/s, cov %llu, ft %llu, corpus %llu, injected %llu, "
                "detected %llu, wrong %llu, missed %llu, false %llu\n",
                fuzzer->target, build_rows[fuzzer->build].word, rate, operations,
                (unsigned long long)fuzzer->coverage, (unsigned long long)fuzzer->features,
                (unsigned long long)fuzzer->corpus_size,
                (unsigned long long)fuzzer_count(fuzzer, COUNT_INJECTED),
                (unsigned long long)fuzzer_count(fuzzer, COUNT_DETECTED),
                (unsigned long long)fuzzer_count(fuzzer, COUNT_WRONG),
                (unsigned long long)fuzzer_count(fuzzer, COUNT_MISSED),
                (unsigned long long)fuzzer_count(fuzzer, COUNT_FALSE_ALARMS));
    }
}

void screen_update(const struct campaign *campaign)
{
    double now = seconds_now();
    if (is_terminal()) {
        draw_table(campaign, now);
        return;
    }
    if (screen.drawn <= 0)
        screen.drawn = campaign->began;
    if (now - screen.drawn < LINES_EVERY_SECONDS)
        return;
    screen.drawn = now;
    print_lines(campaign, now);
}

static void take_away(void)
{
    if (!is_terminal())
        return;
    back_to_top();
    fputs("\033[J", stderr);
}

void screen_say(const struct campaign *campaign, const char *what, ...)
{
    char line[LINE_BYTES];
    char when[CELL_BYTES];
    va_list rest;
    va_start(rest, what);
    vsnprintf(line, sizeof line, what, rest);
    va_end(rest);
    plot_time(seconds_now() - campaign->began, when, sizeof when);
    take_away();
    fprintf(stderr, "%s  %s\n", when, line);
}

void screen_end(const struct campaign *campaign)
{
    (void)campaign;
    take_away();
}
