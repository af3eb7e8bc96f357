#include "fuzz/replay/judge.h"

#include "fuzz/replay/minimize.h"
#include "fuzz/run.h"
#include "fuzz/target.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct input {
    const uint8_t *bytes;
    size_t length;
    unsigned turns;
};

struct judging {
    struct trial trial;
    unsigned turns;
    struct minimizer *minimizer;
    time_t until;
};

static void run_input(void *context)
{
    const struct input *input = context;
    run_is_thorough = input->turns == 1;
    for (unsigned i = 0; i < input->turns; i++)
        (void)target_run(input->bytes, input->length);
}

bool judge_bytes(struct trial *trial, const uint8_t *bytes, size_t length, unsigned turns)
{
    struct input input = {bytes, length, turns};
    return trial_run(trial, run_input, &input);
}

bool judge_any(struct trial *trial, const uint8_t *bytes, size_t length, unsigned *turns)
{
    *turns = 1;
    if (!judge_bytes(trial, bytes, length, 1))
        return false;
    if (trial->has_failed)
        return true;
    *turns = JUDGE_TURNS;
    return judge_bytes(trial, bytes, length, JUDGE_TURNS);
}

static void judge(const uint8_t *bytes, size_t length, char *key, void *context)
{
    struct judging *judging = context;
    if (time(NULL) >= judging->until)
        judging->minimizer->trials_max = judging->minimizer->trials;
    if (!judge_bytes(&judging->trial, bytes, length, judging->turns))
        exit(2); /* a line was said; without children nothing can be judged */
    memcpy(key, judging->trial.key, FAILURE_KEY_MAX);
}

static size_t minimize(struct minimizer *minimizer, uint8_t *bytes, size_t length)
{
    static struct program program;
    if (target_program == NULL) {
        size_t shorter = minimize_bytes(minimizer, bytes, length);
        (void)fprintf(stderr, "minimized: %zu bytes of %zu, %u trials", shorter, length,
                      minimizer->trials);
        return shorter;
    }
    program_decode(&program, bytes, length);
    unsigned before = program.count;
    minimize_program(minimizer, &program);
    (void)fprintf(stderr, "minimized: %u operations of %u, %u trials", program.count, before,
                  minimizer->trials);
    return program_encode(&program, bytes);
}

size_t judge_minimize(const struct trial *failed, uint8_t *bytes, size_t length, unsigned turns)
{
    static struct minimizer minimizer;
    static struct judging judging;
    unsigned seconds = trial_seconds;
    judging.turns = turns;
    judging.minimizer = &minimizer;
    judging.until = time(NULL) + JUDGE_SECONDS;
    minimizer_start(&minimizer, failed->key, judge, &judging);
    if (strncmp(failed->key, "hang/", strlen("hang/")) == 0)
        trial_seconds = JUDGE_HANG_SECONDS;
    size_t shorter = minimize(&minimizer, bytes, length);
    trial_seconds = seconds;
    (void)fputs(minimizer.trials == minimizer.trials_max ? ", then no more were made\n" : "\n",
                stderr);
    return shorter;
}
