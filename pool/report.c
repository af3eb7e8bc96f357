#include "pool/report.h"

#include "pool/ddi.h"
#include "pool/hook.h"
#include "pool/options.h"
#include "pool/os.h"
#include "pool/stack.h"

enum { REPORT_BYTES = 64 * 1024, COMMAND_BYTES = 512, LABEL_BYTES = 32, STDERR = 2, MS = 1000 };

/* "0xC1/0x24", or "0xD6" where the code has no cases. */
static void add_label(struct text *text, const struct stop *stop)
{
    text_add(text, "0x%02X", stop->code);
    if (stop->has_subcode)
        text_add(text, "/0x%02X", stop->subcode);
}

void report_stop_line(struct text *text, const struct stop *stop)
{
    text_add(text, "*** STOP: 0x%08X (%lx, %lx, %lx, %lx) %s\n", stop->code, stop->parameter[0],
             stop->parameter[1], stop->parameter[2], stop->parameter[3], stop->name);
}

static void add_headline(struct text *text, const struct violation *violation,
                         const struct stop *stop)
{
    bool known = violation->kind != VIOLATION_KIND_COUNT;
    text_add(text, "==%u==expool: BUG CHECK ", os_process_id());
    add_label(text, stop);
    text_add(text, ": %s\n", known ? violation_title(violation->kind) : stop->name);
    report_sentence(text, violation);
    const struct ddi_rule *rule = ddi_rule(stop->subcode);
    if (violation->detail != NULL)
        text_add(text, "    %s\n", violation->detail);
    else if (rule != NULL)
        text_add(text, "    Rule %s: %s.\n", rule->name, rule->text);
    report_stop_line(text, stop);
}

static void add_access_stack(struct text *text, const struct violation *violation,
                             struct report_place *place)
{
    uintptr_t frames[STACK_DEPTH_MAX];
    unsigned count = violation->frame != NULL
                         ? stack_here(violation->frame, frames)
                         : stack_at_fault(violation->pc, violation->fault_frame, frames);
    report_where(text, violation);
    report_frames(text, frames, count, place);
}

static void add_recorded(struct text *text, const struct story *story, stack_id id,
                         struct report_place *place)
{
    uintptr_t frames[STACK_DEPTH_MAX];
    unsigned count = stack_frames(id, frames);
    if (count > 0)
        report_frames(text, frames, count, place);
    else
        text_add(text, "    (not recorded%s)\n",
                 story->place == STORY_SPECIAL ? "" : "; pool_stacks=1 records it");
}

/* Other stacks that explain the stop. */
static void add_sides(struct text *text, const struct violation *violation)
{
    for (unsigned i = 0; i < violation->side_count; i++) {
        text_add(text, "\n%s\n", violation->sides[i].caption);
        add_recorded(text, &violation->story, violation->sides[i].stack, NULL);
    }
}

static void add_owners(struct text *text, const struct story *story, struct report_place *allocated)
{
    if (story->place == STORY_NOWHERE)
        return;
    text_add(text, "\nAllocated");
    if (story->has_details)
        text_add(text, " at IRQL %u (%s) by thread %u, %u.%03u s after start, allocation no. %,lu",
                 story->irql_allocated, irql_name(story->irql_allocated), story->thread_allocated,
                 story->allocated_ms / MS, story->allocated_ms % MS, story->number);
    text_add(text, ":\n");
    add_recorded(text, story, story->allocated_stack, allocated);
    if (story->is_live)
        return;
    text_add(text, "\nFreed");
    if (story->has_details)
        text_add(text, " by thread %u", story->thread_freed);
    text_add(text, ":\n");
    add_recorded(text, story, story->freed_stack, NULL);
}

static void add_command(struct text *text, const char *extra)
{
    char command[COMMAND_BYTES];
    char chosen[COMMAND_BYTES];
    struct text settings = TEXT_OVER(chosen);
    options_text(&settings);
    if (os_command_line(command, sizeof command) == 0)
        return;
    if (settings.length > 0 || extra[0] != 0)
        text_add(text, "EXPOOL_OPTIONS=%s%s%s ", chosen,
                 settings.length > 0 && extra[0] != 0 ? ":" : "", extra);
    text_add(text, "%s\n", command);
}

/* What would stop earlier than this stop did; NULL: nothing would. */
static const char *earlier(const struct violation *violation, const char **why)
{
    bool is_plain = hook_current() == NULL;
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

static void add_advice(struct text *text, const struct violation *violation,
                       const struct stop *stop)
{
    const char *why = NULL;
    const char *extra = earlier(violation, &why);
    bool known = violation->kind != VIOLATION_KIND_COUNT;
    text_add(text, "\nLook at : %s\n",
             known ? violation_advice(violation->kind) : "why the program stopped itself");
    if (extra != NULL) {
        text_add(text, "Catch it: %s\n          ", why);
        add_command(text, extra);
    }
    text_add(text, "Again   : ");
    add_command(text, "");
    text_add(text, "Explain : docs/REPORTS.md, section ");
    add_label(text, stop);
    text_add(text, " %s\n", known ? violation_rule(violation->kind) : "asked-for");
}

static void add_state(struct text *text)
{
    const struct pool_hook *hook = hook_current();
    text_add(text, "State   : ");
    if (hook != NULL && hook->state != NULL)
        hook->state(text);
    else
        text_add(text, "verifier off");
    text_add(text, ", unwind %s\n", stack_unwinder_name());
}

static void add_summary(struct text *text, const struct violation *violation,
                        const struct stop *stop, const struct report_place *place)
{
    text_add(text, "DEDUP_TOKEN: %x", stop->code);
    if (stop->has_subcode)
        text_add(text, ".%x", stop->subcode);
    if (violation->story.place != STORY_NOWHERE)
        text_add(text, ":%t", violation->story.tag);
    text_add(text, ":%s:%s\n", place->function, place->caller);
    text_add(text, "SUMMARY: expool: ");
    add_label(text, stop);
    text_add(text, " %s",
             violation->kind != VIOLATION_KIND_COUNT ? violation_rule(violation->kind)
                                                     : stop->name);
    if (violation->story.place != STORY_NOWHERE)
        text_add(text, ", tag %t", violation->story.tag);
    text_add(text, ", %s in %s\n", place->line, place->function[0] != 0 ? place->function : "??");
}

/* As the kernel debugger shows a broken DDI rule. */
static void add_debugger_lines(struct text *text, const struct stop *stop)
{
    const struct ddi_rule *rule = ddi_rule(stop->subcode);
    if (rule != NULL)
        text_add(text,
                 "Driver Verifier: Extension abort with Error Code 0x%x\nError String %s: %s\n",
                 rule->number, rule->name, rule->text);
}

void report_write(const struct violation *violation, const struct stop *stop)
{
    static char bytes[REPORT_BYTES]; /* one report at a time */
    struct text text = TEXT_OVER(bytes);
    struct report_place place = {.line = ""};
    add_debugger_lines(&text, stop);
    add_headline(&text, violation, stop);
    add_access_stack(&text, violation, &place);
    add_sides(&text, violation);
    report_picture(&text, violation);
    report_headers(&text, violation);
    add_owners(&text, &violation->story, NULL);
    add_advice(&text, violation, stop);
    add_state(&text);
    add_summary(&text, violation, stop, &place);
    text_add(&text, "==%u==expool: END OF REPORT%s\n", os_process_id(),
             text.is_cut ? " (cut: it was too long)" : "");
    os_write(STDERR, text.bytes, text.length);
}
