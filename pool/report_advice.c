/* report_advice.c - what to do next: where to look, what stops earlier, how to see it again. */
#include "pool/report.h"

#include "pool/checker.h"
#include "pool/hook.h"
#include "pool/options.h"
#include "pool/util.h"

enum { PLACE_COLUMNS = 30, STATE_BYTES = 1024, STATE_INDENT = 10 };

static bool is_overwritten(enum violation_kind kind)
{
    return kind == VIOLATION_DAMAGE_AFTER || kind == VIOLATION_DAMAGE_ONE_BIT ||
           kind == VIOLATION_DAMAGE_BEFORE || kind == VIOLATION_FREED_MODIFIED;
}

/* What would stop earlier than this stop did; NULL: nothing would. */
static const char *earlier(const struct violation *violation, const char **why)
{
    bool is_plain = hook_current() == NULL;
    if (!is_plain && violation->story.place == STORY_SMALL && is_overwritten(violation->kind)) {
        *why = "this block was not in special pool; there the wrong access itself stops";
        return "special_pool=all";
    }
    switch (violation->kind) {
    case VIOLATION_FREE_TWICE:
    case VIOLATION_FREE_TWICE_BIG:
    case VIOLATION_HEADER_PREVIOUS_TOO_LARGE:
    case VIOLATION_HEADER_NEIGHBOURS:
    case VIOLATION_HEADER_PREVIOUS_ZERO:
    case VIOLATION_HEADER_SIZE_ZERO:
    case VIOLATION_HEADER_SIZE_TOO_LARGE:
    case VIOLATION_HEADER_NOT_IN_PAGE:
    case VIOLATION_HEADER_SEAL:
    case VIOLATION_FREED_HEADER:
    case VIOLATION_FREE_LIST_LINKS:
        *why = "special pool guards every block, so that the wrong access itself stops";
        return is_plain ? "verifier=standard" : NULL;
    case VIOLATION_DAMAGE_AFTER:
    case VIOLATION_DAMAGE_ONE_BIT:
        *why = "verify=exact puts the block flush against the guard page: the write itself stops";
        return "verify=exact";
    case VIOLATION_DAMAGE_BEFORE:
        *why = "verify=start puts the block right behind a guard page: the write itself stops";
        return "verify=start";
    case VIOLATION_FREED_MODIFIED:
        *why = "reuse=protect makes freed memory inaccessible: the write itself stops";
        return "reuse=protect";
    default: return NULL;
    }
}

/* "length 508 into 504", when the damage begins where the block ends. */
static void add_length(struct text *text, const struct violation *violation)
{
    const struct story *story = &violation->story;
    if (violation->changed_count == 0 ||
        violation->changed_first != story->block + story->size_bytes)
        return;
    uint64_t length = (uint64_t)(violation->changed_last + 1 - story->block);
    text_add(text, " (%,lu bytes into %,lu)", length, (uint64_t)story->size_bytes);
}

static void add_between(struct text *text, const struct report *report)
{
    const struct report_place *from = &report->allocated_place;
    const struct report_place *to = &report->place;
    if (report->violation->changed_count == 0 || from->line[0] == 0 || to->line[0] == 0)
        return;
    text_add(text, "          The write came between ");
    report_add_fitting(text, from->line, PLACE_COLUMNS);
    text_add(text, " and ");
    report_add_fitting(text, to->line, PLACE_COLUMNS);
    text_add(text, ".\n");
}

/* The frame that matters most has no line, or is of nobody known. */
static bool lacks_names(const struct report_stack *stack)
{
    for (unsigned i = 0; i < stack->count; i++)
        if (!report_frame_is_hidden(&stack->frame[i]))
            return stack->frame[i].symbol.file == NULL;
    return false;
}

static void add_state(struct text *text)
{
    const struct pool_hook *hook = hook_current();
    char bytes[STATE_BYTES];
    struct text state = TEXT_OVER(bytes);
    text_add(&state, "State   : ");
    if (hook != NULL && hook->state != NULL)
        hook->state(&state);
    else
        text_add(&state, "verifier off");
    if (checker_name() != NULL)
        text_add(&state, ", %s is told of each block", checker_name());
    text_add(&state, ", unwind %s\n", stack_unwinder_name());
    report_add_broken(text, bytes, STATE_INDENT);
}

/* Statuses that are raised for a debugger: another cure than when memory was short. */
static const struct {
    uint32_t status;
    const char *look_at;
} raised_for_debugger[] = {
    {0x80000003, "this call wants a debugger, and there is none: compile it out, or continue in a "
                 "filter"},
    {0xC0000420, "the condition of this assertion: it did not hold"},
};

static const char *look_at(const struct violation *violation)
{
    if (violation->kind == VIOLATION_KIND_COUNT)
        return "why the program stopped itself";
    for (size_t i = 0; i < COUNT_OF(raised_for_debugger); i++)
        if (violation->kind == VIOLATION_UNHANDLED_RAISE &&
            violation->status == raised_for_debugger[i].status)
            return raised_for_debugger[i].look_at;
    return violation_advice(violation->kind);
}

void report_advice(struct text *text, const struct report *report)
{
    const struct violation *violation = report->violation;
    const char *why = NULL;
    const char *extra = earlier(violation, &why);
    bool known = violation->kind != VIOLATION_KIND_COUNT;
    text_add(text, "\nLook at : %s", look_at(violation));
    add_length(text, violation);
    text_add(text, "\n");
    add_between(text, report);
    if (extra != NULL) {
        text_add(text, "Catch it: %s:\n" REPORT_WHOLE "          ", why);
        report_command(text, extra);
    }
    text_add(text, REPORT_WHOLE "Again   : ");
    report_command(text, "");
    text_add(text, "Explain : expool explain ");
    report_label(text, report->stop);
    text_add(text, "   (docs/REPORTS.md, section %s)\n",
             known ? violation_rule(violation->kind) : "asked-for");
    add_state(text);
    if (lacks_names(&report->access) || lacks_names(&report->allocated) ||
        lacks_names(&report->freed))
        text_add(text, "Names   : expool symbolize FILE-WITH-THIS-REPORT adds function, file and "
                       "line\n");
}
