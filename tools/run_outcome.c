#include "tools/run_outcome.h"

#include "tools/say.h"

#include <stdio.h>
#include <sys/wait.h>

enum { COVERAGE_WARNING = 950 /* permille: where Windows' counters view warns */, NAMED_MAX = 20 };

static void print_number(char *text, size_t capacity, uint64_t number)
{
    char digits[32];
    int length = snprintf(digits, sizeof digits, "%lu", number);
    size_t used = 0;
    for (int i = 0; i < length && used + 2 < capacity; i++) {
        if (i > 0 && (length - i) % 3 == 0)
            text[used++] = ' ';
        text[used++] = digits[i];
    }
    text[used] = 0;
}

void outcome_print(const struct outcome *outcome, bool is_wanted)
{
    const struct run_sum *sum = &outcome->sum;
    uint64_t permille = outcome_permille(sum);
    bool is_thin = sum->fallback > 0 && permille < COVERAGE_WARNING;
    char number[48];
    if (sum->findings + sum->leaks == 0 && !is_thin && !is_wanted)
        return;
    print_number(number, sizeof number, sum->attempted);
    (void)fprintf(stderr,
                  "expool: %u %s checked, %lu %s, %lu leaked %s, special pool %lu.%lu %% of %s "
                  "allocations%s\n",
                  sum->checked, sum->checked == 1 ? "process" : "processes", sum->findings,
                  sum->findings == 1 ? "finding" : "findings", sum->leaks,
                  sum->leaks == 1 ? "block" : "blocks", permille / 10, permille % 10, number,
                  is_thin ? ": the rest ran without guards (special_pool_mb=)" : "");
    if (sum->without_room > 0)
        (void)fprintf(stderr, "expool: %u processes more were checked, but not counted\n",
                      sum->without_room);
}

void outcome_print_verdict(const struct outcome *outcome)
{
    bool is_signal = WIFSIGNALED(outcome->status);
    (void)fprintf(stderr, "expool: verify=%s: %lu %s, ended with %s%d\n", outcome->verify,
                  outcome->sum.findings, outcome->sum.findings == 1 ? "finding" : "findings",
                  is_signal ? "signal " : "",
                  is_signal ? WTERMSIG(outcome->status) : WEXITSTATUS(outcome->status));
}

struct naming {
    const struct outcome *outcome;
    unsigned named;
};

static void name_child(void *context, const struct run_process *process)
{
    struct naming *naming = context;
    uint64_t count = process->findings > 0 ? process->findings : process->leaks;
    bool has_said_so = process->is_first && !naming->outcome->is_hidden; /* by how it ended */
    if (count == 0 || has_said_so || naming->named++ >= NAMED_MAX)
        return;
    const char *what = process->findings > 0 ? (count == 1 ? "finding" : "findings")
                       : count == 1          ? "block leaked"
                                             : "blocks leaked";
    say("process %u (%s): %lu %s, told where its standard error goes%s", process->pid,
        run_case_name(process->command), count, what,
        naming->outcome->is_hidden ? "; the program itself ended with 0" : "");
}

void outcome_name_children(const struct outcome *outcome, const struct run_file *file)
{
    struct naming naming = {outcome, 0};
    run_file_each(file, name_child, &naming);
    if (naming.named > NAMED_MAX)
        say("and %u processes more with findings", naming.named - NAMED_MAX);
}
