/* differential_main.c - the same generated programs through both back ends and the model: every
 * visible result must be the same. The model judges each run as it goes; the traces of the two are
 * compared afterwards. The program that differs, or that the model does not agree with, is saved.
 * The runs are a child's, so that a crash is told, too. */
#include "expool/host.h"
#include "fuzz/differential.h"
#include "fuzz/generate.h"
#include "fuzz/program_text.h"
#include "fuzz/run.h"
#include "fuzz/target.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* So many programs run on one back end before it is the other's turn: long enough that sizes become
 * busy, and stay so. */
enum { BATCH = 256, TEXT_BYTES = 65536, LINE_BYTES = 256, EXIT_TROUBLE = 2 };

static struct course courses[2][BATCH];
static struct program program;

/* Shared with the parent. */
static uint64_t *running_seed;

static struct {
    uint64_t programs;
    uint64_t steps; /* compared */
    uint64_t bugchecks;
} counts;

static void run_batch(int backend, uint64_t seed)
{
    run_backend = backend;
    for (unsigned i = 0; i < BATCH; i++) {
        *running_seed = seed + i;
        generate(&program, seed + i);
        course_take(&courses[backend][i],
                    backend == PROGRAM_BACKEND_CLASSIC ? "classic" : "segment", &program, NULL,
                    NULL);
    }
}

static void save(const char *folder, uint64_t seed, const char *text)
{
    static char bytes[TEXT_BYTES];
    char path[LINE_BYTES];
    snprintf(path, sizeof path, "%s/%s-%" PRIu64 ".txt", folder, target_name, seed);
    FILE *file = fopen(path, "w");
    generate(&program, seed);
    program_print(&program, bytes, sizeof bytes);
    if (file == NULL || fprintf(file, "%s%s", bytes, text) < 0 || fclose(file) != 0)
        perror(path);
    else
        printf("differential: the program is in %s\n", path);
}

static bool compare(const char *folder, uint64_t seed, unsigned i)
{
    const struct trace *trace = &courses[0][i].trace;
    char text[DIFFERENTIAL_TEXT_MAX];
    unsigned at = 0;
    counts.programs++;
    counts.steps += trace->count;
    for (unsigned step = 0; step < trace->count; step++)
        counts.bugchecks += trace->steps[step].bugchecks;
    if (courses_agree(&courses[0][i], &courses[1][i], DIFFERENTIAL_ALL, &at, text))
        return true;
    printf("differential: %s, program %" PRIu64 "\n%s", target_name, seed + i, text);
    save(folder, seed + i, text);
    return false;
}

static int run_all(uint64_t operations, uint64_t seed, const char *folder)
{
    char option[LINE_BYTES];
    bool is_same = true;
    snprintf(option, sizeof option, "seed=%" PRIu64, seed);
    if (expool_options_set(option) != 0) /* slots are chosen by it: the same the next time */
        return EXIT_TROUBLE;
    LLVMFuzzerInitialize(NULL, NULL);
    for (; is_same && run_counts.operations / 2 < operations; seed += BATCH) {
        run_batch(PROGRAM_BACKEND_CLASSIC, seed);
        run_batch(PROGRAM_BACKEND_SEGMENT, seed);
        for (unsigned i = 0; is_same && i < BATCH; i++)
            is_same = compare(folder, seed, i);
    }
    printf("%-13s %10" PRIu64 " operations on each back end, %" PRIu64 " programs, %" PRIu64
           " results compared, %" PRIu64 " bug checks: %s\n",
           target_name, run_counts.operations / 2, counts.programs, counts.steps, counts.bugchecks,
           is_same ? "identical" : "DIFFERENT");
    return is_same ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int tell_end(int status, const char *folder)
{
    if (WIFEXITED(status))
        return WEXITSTATUS(status);
    printf("differential: %s, program %" PRIu64 ": ended by signal %d (%s)\n", target_name,
           *running_seed, WTERMSIG(status), strsignal(WTERMSIG(status)));
    save(folder, *running_seed, "");
    return EXIT_FAILURE;
}

int main(int count, char **arguments)
{
    uint64_t operations = count > 1 ? strtoull(arguments[1], NULL, 0) : 0;
    uint64_t seed = count > 2 ? strtoull(arguments[2], NULL, 0) : 1;
    const char *folder = count > 3 ? arguments[3] : ".";
    int status = 0;
    if (operations == 0) {
        fprintf(stderr, "usage: differential_%s OPERATIONS [SEED [FOLDER]]\n", target_name);
        return EXIT_TROUBLE;
    }
    running_seed =
        mmap(NULL, sizeof *running_seed, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    pid_t child = running_seed != MAP_FAILED ? fork() : -1;
    if (child == 0)
        exit(run_all(operations, seed, folder));
    if (child < 0 || waitpid(child, &status, 0) != child) {
        perror("differential");
        return EXIT_TROUBLE;
    }
    return tell_end(status, folder);
}
