#include "bench/instructions.h"

#include "bench/os_process.h"
#include "bench/pool_suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PAIRS_SHORT = 40960, PAIRS_LONG = 81920, TIMEOUT_S = 300 };

static const char json_path[] = "build/bench/instructions.json";
static const char callgrind[] = "/usr/bin/valgrind --tool=callgrind --callgrind-out-file=/dev/null";

/* Time-free loops on one thread, so that every run counts the same. */
static const char *const counted[] = {"pair64", "batch64", "mixed10k", "large"};
enum { COUNTED = sizeof counted / sizeof counted[0] };

/* Instructions of one whole run; 0 when it did not end well. */
static double count_run(const char *folder, const struct subject *subject, const char *workload,
                        long pairs)
{
    static struct process process;
    static struct subject_run run;
    char text[32];
    const char *words[] = {workload, "0", "0", text, NULL};
    struct subject counted_subject = *subject;
    counted_subject.tool = callgrind;
    snprintf(text, sizeof text, "%ld", pairs);
    subject_command(&counted_subject, folder, words, &run, &process);
    process.timeout_s = TIMEOUT_S;
    if (!process_run(&process) || process.timed_out || process.exit_code != 0)
        return 0;
    const char *total = strstr(process.text, "Collected :");
    return total ? strtod(total + strlen("Collected :"), NULL) : 0;
}

static double count_pair(const char *folder, const struct subject *subject, const char *workload)
{
    double few = count_run(folder, subject, workload, PAIRS_SHORT);
    double many = few > 0 ? count_run(folder, subject, workload, PAIRS_LONG) : 0;
    return many > few ? (many - few) / (PAIRS_LONG - PAIRS_SHORT) : 0;
}

/* One row of JSON a figure; returns how many there were. */
static unsigned count_subject(const char *folder, const struct subject *subject, FILE *file,
                              unsigned before)
{
    unsigned count = 0;
    printf("| %s |", subject->word);
    for (unsigned i = 0; i < COUNTED; i++) {
        double pair = count_pair(folder, subject, counted[i]);
        if (pair <= 0) {
            printf(" - |");
            continue;
        }
        printf(" %.1f |", pair);
        fprintf(file, "%s\n{\"workload\":\"%s\",\"subject\":\"%s\",\"instructions\":%.2f}",
                before + count > 0 ? "," : "", counted[i], subject->word, pair);
        count++;
    }
    printf("\n");
    return count;
}

int instructions_bench(const char *folder, int count, char **words)
{
    unsigned rows = 0;
    if (count > 0) {
        fprintf(stderr, "bench instructions takes no words, not '%s'\n", words[0]);
        return 2;
    }
    FILE *file = fopen(json_path, "w");
    if (!file) {
        fprintf(stderr, "bench instructions: cannot write %s\n", json_path);
        return 1;
    }
    suite_look(&suite_pool, folder);
    printf("| instructions a pair |");
    for (unsigned i = 0; i < COUNTED; i++)
        printf(" %s |", counted[i]);
    printf("\n| --- |");
    for (unsigned i = 0; i < COUNTED; i++)
        printf(" ---: |");
    printf("\n");
    fputs("{\"rows\":[", file);
    for (unsigned one = 0; one < suite_pool.subject_count; one++) {
        const struct subject *subject = &suite_pool.subjects[one];
        if (subject->is_there && subject->kind != KIND_HARDENED)
            rows += count_subject(folder, subject, file, rows);
    }
    fputs("\n]}\n", file);
    fclose(file);
    if (rows == 0)
        fprintf(stderr, "bench instructions: nothing was counted (is valgrind there?)\n");
    return rows == 0;
}
