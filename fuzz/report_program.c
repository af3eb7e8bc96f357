#include "fuzz/report_program.h"

#include "expool/host.h"
#include "expool/verifier.h"
#include "fuzz/execute.h"
#include "fuzz/misfit.h"
#include "fuzz/model.h"
#include "fuzz/run.h"
#include "fuzz/settings.h"

#include <stdio.h>
#include <string.h>

static struct {
    struct model model;
    struct execution execution;
    struct expectation expected; /* of the operation under way */
    struct report_program *job;
    unsigned index;
} run;

/* In front of a block, where nobody is or somebody was: said by run.c to be either. */
static bool is_in_front(void)
{
    enum { BEYOND = 0xD6 };
    return run.expected.code == BEYOND && run.expected.about == NULL;
}

static void fail(failure_reporter *failure, const char *text)
{
    struct report_program *job = run.job;
    const struct expool_bugcheck *seen = &run.execution.bugcheck;
    if (!job->is_judged || job->failure != NULL)
        return;
    job->failure = failure;
    job->index = run.index;
    snprintf(job->text, sizeof job->text, "%s (%u bug checks, the last 0x%X/0x%X)", text,
             run.execution.bugchecks, seen->code, seen->subcode);
}

static void judge_bugcheck(void)
{
    const char *misfit = misfit_find(&run.expected, &run.execution.bugcheck,
                                     run.execution.bugchecks, run.model.is_verifying);
    if (run.expected.outcome != OUTCOME_BUGCHECK)
        fail(failure_false_alarm, "a bug check that nobody asked for");
    else if (misfit != NULL && !is_in_front())
        fail(failure_wrong, misfit);
}

/* Asked after the report. Nothing goes on behind what driver code asked for itself, and a raise. */
static enum expool_action go_on(const struct expool_bugcheck *bugcheck, void *context)
{
    enum { UNCAUGHT = 0x1E, FAULT = 0x50 };
    (void)context;
    run.execution.bugchecks++;
    run.execution.bugcheck = *bugcheck;
    if (run.execution.leave != NULL)
        siglongjmp(*run.execution.leave, 1);
    bool is_end = strcmp(bugcheck->rule, "asked-for") == 0 || bugcheck->code == UNCAUGHT ||
                  (bugcheck->code == FAULT && !run.model.is_verifying);
    if (is_end)
        judge_bugcheck();
    return is_end ? EXPOOL_STOP : EXPOOL_CONTINUE;
}

/* An option may have made a request fail, or the one that was to fail succeed. */
static bool settle(const struct op *op)
{
    bool is_block = run.execution.result != NULL;
    if (!op_allocates(op->kind))
        return true;
    if (run.expected.outcome == OUTCOME_SUCCESS && !is_block)
        run.expected.outcome = OUTCOME_NULL;
    return is_block == (run.expected.outcome == OUTCOME_SUCCESS);
}

static void judge(const struct op *op)
{
    bool is_asked = run.expected.outcome == OUTCOME_BUGCHECK;
    run_counts.injected += is_asked;
    if (is_asked && run.execution.bugchecks == 0)
        fail(failure_missed, "a bug check did not come");
    else if (run.execution.bugchecks > 0)
        judge_bugcheck();
    const char *wrong = execution_check(&run.execution, &run.model, op, &run.expected);
    if (wrong != NULL)
        fail(failure_result, wrong);
    run_counts.detected += is_asked && run.job->failure == NULL;
}

/* False: the model has lost its way. */
static bool step(const struct op *op)
{
    execution_note(&run.execution, &run.model);
    run.expected = model_expect(&run.model, op);
    if (run.expected.outcome == OUTCOME_SKIP)
        return true;
    run.execution.bugchecks = 0;
    execute(&run.execution, &run.model, op, &run.expected);
    run_counts.operations += run.job->is_judged; /* how far others go depends on the build */
    if (run.job->is_judged)
        judge(op);
    if ((run.execution.bugchecks > 0) != (run.expected.outcome == OUTCOME_BUGCHECK) || !settle(op))
        return false;
    model_apply(&run.model, op, &run.expected, run.execution.result);
    run.model.is_away &= run.execution.bugchecks == 0; /* a report may look at blocks */
    execution_fill(&run.model, op, &run.expected);
    return true;
}

void report_program_run(struct report_program *job)
{
    const struct program *program = job->program;
    run.job = job;
    model_start(&run.model, job->is_verifying, program_usual(program));
    run.model.is_alone = true;
    run.model.has_paged_out = true; /* an option may do so at any time */
    execution_start(&run.execution);
    expool_on_bugcheck(go_on, NULL);
    if (job->is_verifying) {
        settings_change_rules(true, true);
        settings_add_rules(job->rules);
    }
    for (run.index = 0; run.index < program->count; run.index++)
        if (!step(&program->ops[run.index]))
            break;
    run.expected = (struct expectation){.outcome = OUTCOME_BUGCHECK};
    if (job->is_verifying)
        (void)expool_verifier_report_leaks();
}
