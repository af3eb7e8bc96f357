#include "fuzz/campaign/counts.h"
#include "fuzz/campaign/plot.h"
#include "fuzz/campaign/schedule.h"
#include "fuzz/campaign/series.h"
#include "fuzz/campaign/words.h"

#include "tests/expect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define EXPECT_WORDS(got, wanted)                                                                  \
    EXPECT_THAT(strcmp(got, wanted) == 0, "'%s' came, '%s' was expected", got, wanted)

static char text[PLOT_BYTES];

TEST(bars_rise_with_values_and_hold_the_last_one)
{
    const double times[] = {2, 4, 6};
    const double values[] = {10, 20, 30};
    plot_bars(&(struct plot){.times = times,
                             .values = values,
                             .count = 3,
                             .end = 10,
                             .low = 10,
                             .columns = 10,
                             .is_ascii = true},
              text);
    EXPECT_WORDS(text, "  ..++####");
}

TEST(no_values_are_blanks_and_a_single_one_is_low)
{
    const double once = 0;
    plot_bars(&(struct plot){.columns = 4, .is_ascii = true}, text);
    EXPECT_WORDS(text, "    ");
    plot_bars(
        &(struct plot){.times = &once, .values = &once, .count = 1, .columns = 3, .is_ascii = true},
        text);
    EXPECT_WORDS(text, "...");
}

TEST(bars_of_blocks_fit_their_room)
{
    double times[PLOT_COLUMNS_MAX];
    for (unsigned i = 0; i < PLOT_COLUMNS_MAX; i++)
        times[i] = i;
    plot_bars(&(struct plot){.times = times,
                             .values = times,
                             .count = PLOT_COLUMNS_MAX,
                             .end = PLOT_COLUMNS_MAX,
                             .columns = PLOT_COLUMNS_MAX},
              text);
    EXPECT_EQUAL(strlen(text), 3 * PLOT_COLUMNS_MAX);
}

TEST(numbers_and_times_are_as_people_write_them)
{
    static const struct {
        double value;
        const char *number; /* NULL: not asked */
        const char *time;
    } rows[] = {
        {847, "847", NULL},        {34125, "34.1k", NULL}, {7098501, "7.1M", NULL},
        {70985010, "71.0M", NULL}, {9.4, NULL, "9s"},      {247, NULL, "4:07"},
        {7500, NULL, "2:05:00"},
    };
    char words[32];
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].number != NULL)
            plot_number(rows[i].value, words, sizeof words);
        else
            plot_time(rows[i].value, words, sizeof words);
        EXPECT_WORDS(words, rows[i].number != NULL ? rows[i].number : rows[i].time);
    }
}

TEST(times_are_typed_in_seconds_minutes_or_hours)
{
    EXPECT_EQUAL(word_seconds("90"), 90);
    EXPECT_EQUAL(word_seconds("90s"), 90);
    EXPECT_EQUAL(word_seconds("15m"), 900);
    EXPECT_EQUAL(word_seconds("2h"), 7200);
    EXPECT_EQUAL(word_seconds("0"), 0);
    EXPECT_EQUAL(word_seconds("5x"), 0);
    EXPECT_EQUAL(word_seconds("-5"), 0);
    EXPECT_EQUAL(word_seconds("99999999999999999999"), 0);
    EXPECT_EQUAL(word_seconds("4000000000h"), 0);
}

TEST(a_series_of_any_length_keeps_its_first_and_stays_in_order)
{
    static struct series series;
    memset(&series, 0, sizeof series);
    for (unsigned i = 0; i < 10 * POINTS_MAX; i++)
        series_add(&series, &(struct point){.seconds = i, .executions = 100.0 * i});
    EXPECT(series.count > POINTS_MAX / 4 && series.count <= POINTS_MAX);
    EXPECT(series.at[0].seconds < 1);
    for (unsigned i = 1; i < series.count; i++) {
        EXPECT(series.at[i].seconds > series.at[i - 1].seconds);
        EXPECT(series_rate(&series, i) > 99 && series_rate(&series, i) < 101);
    }
}

TEST(counts_and_cells_are_read_and_cells_add_up)
{
    static struct matrix matrix;
    struct counts counts;
    char path[] = "/tmp/campaign-counts-XXXXXX";
    int file = mkstemp(path);
    EXPECT(file >= 0);
    dprintf(file, "programs 12\noperations 345\nunknown 9\nwrong 2\n"
                  "cell split nx end 10 9\ncell over paged start 5 5\ncell torn\n");
    close(file);
    counts_read(&counts, path);
    EXPECT_EQUAL(counts.at[COUNT_PROGRAMS], 12);
    EXPECT_EQUAL(counts.at[COUNT_OPERATIONS], 345);
    EXPECT_EQUAL(counts.at[COUNT_WRONG], 2);
    matrix_add(&matrix, path);
    matrix_add(&matrix, path);
    matrix_sort(&matrix);
    unlink(path);
    EXPECT_EQUAL(matrix.count, 2);
    EXPECT_WORDS(matrix.cells[0].kind, "over");
    EXPECT_WORDS(matrix.cells[1].setting, "nx end");
    EXPECT_EQUAL(matrix.cells[1].injected, 20);
    EXPECT_EQUAL(matrix.cells[1].detected, 18);
    counts_read(&counts, path);
    EXPECT(!counts.is_there);
    EXPECT_EQUAL(counts.at[COUNT_PROGRAMS], 0);
}

TEST(time_is_shared_equally_then_by_discovery)
{
    static struct fuzzer fuzzers[3];
    struct settings settings = {.seconds = 600, .jobs = 2, .build_count = 2, .target_count = 3};
    EXPECT(schedule_turn_seconds(&settings) == 50);
    settings.seconds = 6;
    EXPECT(schedule_turn_seconds(&settings) == 1.6); /* starting takes time, too */
    for (unsigned i = 0; i < 3; i++)
        fuzzers[i].weight = fuzzers[i].seconds = 1;
    for (unsigned i = 0; i < 3; i++) {
        EXPECT(schedule_next(fuzzers, 3, BUILD_PLAIN) == &fuzzers[i]);
        fuzzers[i].share = 10;
    }
    fuzzers[1].features = 100; /* it still finds something */
    schedule_weigh(fuzzers, 3, BUILD_PLAIN);
    unsigned turns[3] = {0};
    for (unsigned i = 0; i < 60; i++) {
        struct fuzzer *next = schedule_next(fuzzers, 3, BUILD_PLAIN);
        next->share += 10 / next->weight;
        turns[next - fuzzers]++;
    }
    EXPECT_EQUAL(turns[1], 40);
    EXPECT_EQUAL(turns[0], 10);
    EXPECT_EQUAL(turns[2], 10);
    EXPECT(schedule_next(fuzzers, 3, BUILD_ADDRESS) == NULL);
}

TESTS_MAIN("campaign")
