/* run_json.c - what the runs came to, with their findings: schema expool-run/1. */
#include "tools/json.h"
#include "tools/processes.h"
#include "tools/run_outcome.h"

#include <sys/wait.h>

enum { PERMILLE = 1000, PER_CENT = 10 };

uint64_t outcome_permille(const struct run_sum *sum)
{
    return sum->attempted == 0 ? PERMILLE : sum->guarded * PERMILLE / sum->attempted;
}

static json_t *number(uint64_t value)
{
    return json_integer((json_int_t)value);
}

static json_t *run_of(const struct outcome *outcome)
{
    const struct run_sum *sum = &outcome->sum;
    bool is_signal = WIFSIGNALED(outcome->status);
    json_t *run = json_object();
    if (outcome->verify != NULL)
        json_put_words(run, "verify", outcome->verify);
    json_put(run, is_signal ? "signal" : "exit",
             json_integer(is_signal ? WTERMSIG(outcome->status) : WEXITSTATUS(outcome->status)));
    if (outcome->tier != 0)
        json_put_words(run, "tier", tier_name(outcome->tier));
    json_put(run, "processes", json_integer(sum->processes));
    json_put(run, "processes_checked", json_integer(sum->checked));
    json_put(run, "processes_not_counted", json_integer(sum->without_room));
    json_put(run, "findings", number(sum->findings));
    json_put(run, "leaked_blocks", number(sum->leaks));
    json_put(run, "allocations", number(sum->attempted));
    json_put(run, "allocations_guarded", number(sum->guarded));
    json_put(run, "allocations_fallback", number(sum->fallback));
    json_put(run, "coverage_percent", json_real((double)outcome_permille(sum) / PER_CENT));
    return run;
}

static const char *verdict_of(const struct outcomes *outcomes)
{
    uint64_t findings = 0;
    uint64_t leaks = 0;
    uint64_t checked = 0;
    for (unsigned i = 0; i < outcomes->count; i++) {
        findings += outcomes->list[i].sum.findings;
        leaks += outcomes->list[i].sum.leaks;
        checked += outcomes->list[i].sum.counting + outcomes->list[i].sum.without_room;
    }
    return findings > 0 ? "findings" : leaks > 0 ? "leaks" : checked > 0 ? "clean" : "unchecked";
}

bool run_json_write(const struct outcomes *outcomes, const struct findings *findings, FILE *file)
{
    json_t *program = json_array();
    json_t *runs = json_array();
    for (char *const *word = outcomes->argv; *word != NULL; word++)
        json_array_append_new(program, json_words(*word));
    for (unsigned i = 0; i < outcomes->count; i++)
        json_array_append_new(runs, run_of(&outcomes->list[i]));
    json_t *whole = json_pack("{s:s, s:{s:s, s:s}, s:o, s:o, s:s, s:i, s:o, s:o}", "schema",
                              "expool-run/1", "tool", "name", "expool", "version", EXPOOL_VERSION,
                              "program", program, "options", json_words(outcomes->options),
                              "verdict", verdict_of(outcomes), "exit_code", outcomes->exit_code,
                              "runs", runs, "findings", findings_json(findings));
    bool is_written = json_dumpf(whole, file, JSON_INDENT(2)) == 0 && fputc('\n', file) != EOF;
    json_decref(whole);
    return is_written;
}
