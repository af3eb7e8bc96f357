#include "pool/report.h"

#include "pool/checker.h"
#include "pool/ddi.h"
#include "pool/hook.h"
#include "pool/irql_ladder.h"
#include "pool/options.h"
#include "pool/os.h"
#include "pool/os_report.h"
#include "pool/record.h"
#include "pool/report_output.h"
#include "pool/suppress.h"
#include "pool/unwind.h"
#include "pool/util.h"

enum { REPORT_BYTES = 128 * 1024, MS = 1000, TOKEN_NAME_MAX = 40, PLACE_LEAST = 16 };

static struct report report; /* one at a time */

void report_label(struct text *text, const struct stop *stop)
{
    text_add(text, "0x%02X", stop->code);
    if (stop->has_subcode)
        text_add(text, "/0x%02X", stop->subcode);
}

void report_stop_line(struct text *text, const struct stop *stop)
{
    size_t line = text->length;
    text_add(text, "*** STOP: 0x%08X (%lx, %lx, %lx, %lx)", stop->code, stop->parameter[0],
             stop->parameter[1], stop->parameter[2], stop->parameter[3]);
    bool fits = text->length - line + 1 + __builtin_strlen(stop->name) <= REPORT_COLUMNS;
    text_add(text, "%s%s\n", fits ? " " : "\n    ", stop->name);
}

static bool is_known(const struct violation *violation)
{
    return violation->kind != VIOLATION_KIND_COUNT;
}

const char *report_driver(const struct report *of)
{
    const struct pool_hook *hook = hook_current();
    if (of->violation->driver != NULL)
        return of->violation->driver;
    bool is_asked = hook != NULL && hook->module_name != NULL && of->place.address != 0;
    return is_asked ? hook->module_name(of->place.address) : NULL;
}

/* As the kernel debugger shows a broken DDI rule. */
static void add_debugger_lines(struct text *text)
{
    const struct ddi_rule *rule = ddi_rule(report.stop->subcode);
    if (rule != NULL)
        text_add(text,
                 "Driver Verifier: Extension abort with Error Code 0x%x\nError String %s: %s\n",
                 rule->number, rule->name, rule->text);
}

static void add_headline(struct text *text)
{
    const struct violation *violation = report.violation;
    const struct ddi_rule *rule = ddi_rule(report.stop->subcode);
    text_add(text, "==%u==expool: " REPORT_RED "%s", os_process_id(),
             violation->is_appended ? "the pool block of the report above, " : "BUG CHECK ");
    report_label(text, report.stop);
    text_add(text, ": %s" REPORT_PLAIN "\n",
             is_known(violation) ? violation_title(violation->kind) : report.stop->name);
    report_sentence(text, violation);
    if (violation->detail != NULL)
        text_add(text, "    %s\n", violation->detail);
    else if (rule != NULL)
        text_add(text, "    Rule %s: %s.\n", rule->name, rule->text);
    if (!violation->is_appended)
        report_stop_line(text, report.stop);
    if (report_driver(&report) != NULL)
        text_add(text, "Driver at fault: %s\n", report_driver(&report));
    if (report.earlier > 0)
        text_add(text, "After an earlier violation (this is no. %lu here): it may be the cause.\n",
                 report.earlier + 1);
}

static void add_stack(struct text *text, const struct report_stack *stack, unsigned most)
{
    const struct story *story = &report.violation->story;
    if (stack->count > 0)
        report_stack_print(text, stack, most);
    else
        text_add(text, "    (not recorded%s)\n",
                 story->place == STORY_SPECIAL ? "" : "; pool_stacks=1 records it");
}

static void add_owners(struct text *text, unsigned most)
{
    const struct story *story = &report.violation->story;
    if (story->place == STORY_NOWHERE)
        return;
    text_add(text, "\nAllocated");
    if (story->has_details)
        text_add(text, " at IRQL %u (%s) by thread %u, %u.%03u s after start, allocation no. %,lu",
                 story->irql_allocated, irql_name(story->irql_allocated), story->thread_allocated,
                 story->allocated_ms / MS, story->allocated_ms % MS, story->number);
    text_add(text, ":\n");
    add_stack(text, &report.allocated, most);
    if (story->is_live)
        return;
    text_add(text, "\nFreed");
    if (story->has_details)
        text_add(text, " by thread %u%s", story->thread_freed,
                 story->thread_freed == story->thread_allocated ? ", the same" : ", another");
    text_add(text, ":\n");
    add_stack(text, &report.freed, most);
}

static void add_sides(struct text *text, unsigned most)
{
    for (unsigned i = 0; i < report.violation->side_count && i < VIOLATION_SIDES_MAX; i++) {
        text_add(text, "\n%s\n", report.violation->sides[i].caption);
        report_stack_print(text, &report.sides[i], most);
    }
}

static void add_facts_of_others(struct text *text)
{
    const struct violation *violation = report.violation;
    const struct pool_hook *hook = hook_current();
    irql_ladder_tell(text, violation);
    if (violation->more != NULL)
        violation->more(text, violation);
    if (hook != NULL && hook->failures != NULL)
        hook->failures(text);
}

static void add_summary_line(struct text *text)
{
    const struct violation *violation = report.violation;
    const struct report_place *place = &report.place;
    const char *function = place->function[0] != 0 ? place->function : "??";
    size_t line = text->length;
    text_add(text, "SUMMARY: expool: ");
    report_label(text, report.stop);
    text_add(text, " %s",
             is_known(violation) ? violation_rule(violation->kind) : report.stop->name);
    if (violation->story.place != STORY_NOWHERE)
        text_add(text, ", tag %t", violation->story.tag);
    text_add(text, ", ");
    size_t used = text->length - line + __builtin_strlen(" in ") + __builtin_strlen(function);
    report_add_fitting(text, place->line[0] != 0 ? place->line : "??",
                       used + PLACE_LEAST < REPORT_COLUMNS ? REPORT_COLUMNS - used : PLACE_LEAST);
    text_add(text, " in %s", function);
}

static void add_summary(struct text *text)
{
    text_add(text, "DEDUP_TOKEN: %s\n" REPORT_BOLD, report.token);
    add_summary_line(text);
    text_add(text, REPORT_PLAIN "\n");
}

static void add_end(struct text *text, bool has_record)
{
    const char *record = report_output_record_name();
    text_add(text, "==%u==expool: END OF REPORT%s", os_process_id(),
             text->is_cut ? " (cut: it was too long)" : "");
    if (has_record && record[0] != 0)
        text_add(text, " (also in %s)", record);
    text_add(text, "\n");
}

/* Everything that needs no other memory than the violation's own. */
static void compose_plain(struct text *text)
{
    text->length = 0;
    add_headline(text);
    text_add(text, "A fault came while this report was written: stacks and bytes are left out.\n");
    report_advice(text, &report);
    add_summary(text);
}

static void compose(struct text *text, struct report_room room)
{
    text->length = 0;
    add_debugger_lines(text);
    add_headline(text);
    if (!report.is_nobodys_call || options.verbose) {
        report_where(text, &report);
        report_stack_print(text, &report.access, room.frames);
    }
    add_sides(text, room.frames);
    report_picture(text, report.violation, room.rows);
    report_headers(text, report.violation);
    add_owners(text, room.frames);
    add_facts_of_others(text);
    report_advice(text, &report);
    if (options.print_suppressions)
        suppress_propose(text, &report);
    add_summary(text);
}

/* As much as a screen takes: rows and frames give way. */
static void compose_fitting(struct text *text)
{
    static const struct report_room rooms[] = {{64, 10}, {10, 7}, {8, 5}, {5, 3}, {3, 2}};
    for (unsigned i = 0; i < COUNT_OF(rooms); i++) {
        struct report_room room = rooms[i];
        if (room.rows > options.hexdump)
            room.rows = (unsigned)options.hexdump;
        compose(text, room);
        if (options.verbose || report_line_count(text) < REPORT_LINES)
            return;
    }
}

void report_write(struct report *prepared)
{
    static char draft_bytes[REPORT_BYTES];
    static char bytes[REPORT_BYTES];
    struct text draft = TEXT_OVER(draft_bytes);
    struct text text = TEXT_OVER(bytes);
    if (prepared->is_plain)
        compose_plain(&draft);
    else
        compose_fitting(&draft);
    report_finish(&text, &draft, (struct report_look){.is_utf8 = true});
    bool has_record = record_violation(prepared, &text);
    add_end(&draft, has_record);
    text = TEXT_OVER(bytes);
    report_finish(&text, &draft, report_look());
    report_output_write(text.bytes, text.length);
    text.length = 0;
    add_summary_line(&text);
    checker_log(text.bytes);
}

struct taking {
    uintptr_t frames[STACK_DEPTH_MAX];
    unsigned count;
    struct report_stack *stack;
};

/* The tool that reports it knows where its own routine was called. */
static void take_access(void *context)
{
    struct taking *taking = context;
    const struct violation *violation = report.violation;
    if (violation->frame != NULL)
        taking->count = stack_here(violation->frame, taking->frames);
    else if (violation->is_appended)
        taking->count = stack_above(violation->fault_frame, taking->frames);
    if (taking->count == 0)
        taking->count = stack_at_fault(violation->pc, violation->fault_frame, taking->frames);
}

/* Frame pointers are looked at before they are followed. */
static void take_by_frame_pointers(void *context)
{
    struct taking *taking = context;
    const struct violation *violation = report.violation;
    const void *frame = violation->frame != NULL ? violation->frame : violation->fault_frame;
    taking->frames[0] = violation->pc;
    unsigned own = violation->frame == NULL;
    taking->count = own + unwind_frames(frame, taking->frames + own, STACK_DEPTH_MAX - own);
}

/* Who jumped to what may not be run is known by its return address. */
static bool begins_at_fault(const struct violation *violation)
{
    return violation->frame == NULL && !violation->is_appended &&
           (violation->access != OS_EXECUTE || violation->pc == (uintptr_t)violation->address);
}

static void name_taken(void *context)
{
    const struct taking *taking = context;
    if (taking->stack == &report.access && begins_at_fault(report.violation))
        report_stack_name_fault(taking->stack, taking->frames, taking->count);
    else
        report_stack_name(taking->stack, taking->frames, taking->count);
}

/* Each step that reads foreign memory may meet a fault of its own; the report does without. */
static void name_access(void)
{
    static struct taking taking;
    taking = (struct taking){.stack = &report.access};
    if (!os_try(take_access, &taking) && !os_try(take_by_frame_pointers, &taking))
        taking.count = 0;
    os_try(name_taken, &taking);
}

static void name_recorded(stack_id id, struct report_stack *stack)
{
    static struct taking taking;
    taking = (struct taking){.stack = stack};
    stack->count = 0;
    taking.count = stack_frames(id, taking.frames);
    os_try(name_taken, &taking);
}

/* Two long names that begin alike are two: of such a hash is kept. */
static void add_token_name(struct text *token, const char *name)
{
    size_t length = __builtin_strlen(name);
    uint32_t hash = 0x811c9dc5; /* FNV-1a */
    text_add(token, ":");
    text_add_bytes(token, name, length < TOKEN_NAME_MAX ? length : TOKEN_NAME_MAX);
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)name[i]) * 0x01000193;
    if (length > TOKEN_NAME_MAX)
        text_add(token, "~%08x", hash);
}

static void make_token(void)
{
    const struct violation *violation = report.violation;
    struct text token = TEXT_OVER(report.token);
    text_add(&token, "%x", report.stop->code);
    if (report.stop->has_subcode)
        text_add(&token, ".%x", report.stop->subcode);
    if (violation->story.place != STORY_NOWHERE)
        text_add(&token, ":%t", violation->story.tag);
    const struct report_place *place = &report.place;
    add_token_name(&token, place->linkage_name != NULL ? place->linkage_name : place->line);
    add_token_name(&token, place->caller_linkage_name != NULL ? place->caller_linkage_name : "");
}

static void begin(const struct violation *violation, const struct stop *stop)
{
    report.violation = violation;
    report.stop = stop;
    report.is_plain = false;
    report.is_nobodys_call = false;
    report.access.count = 0;
    report.allocated.count = 0;
    report.freed.count = 0;
    report.place = (struct report_place){.line = ""};
    report.allocated_place = report.place;
}

/* Only our own code is on the stack, as when a host unloads a driver: what is known of the program
 * is who made the block. */
static bool is_nobodys_call(const struct violation *violation)
{
    bool is_leak = violation->kind == VIOLATION_LEAK || violation->kind == VIOLATION_LEAK_AT_UNLOAD;
    bool has_owner = report.allocated_place.line[0] != 0 && !report.allocated_place.is_ours;
    return report.place.is_ours && (is_leak || has_owner);
}

struct report *report_prepare(const struct violation *violation, const struct stop *stop)
{
    const struct story *story = &violation->story;
    begin(violation, stop);
    name_access();
    if (story->place != STORY_NOWHERE) {
        name_recorded(story->allocated_stack, &report.allocated);
        name_recorded(story->is_live ? 0 : story->freed_stack, &report.freed);
    }
    for (unsigned i = 0; i < violation->side_count && i < VIOLATION_SIDES_MAX; i++)
        name_recorded(violation->sides[i].stack, &report.sides[i]);
    report_stack_place(&report.access, &report.place);
    report_stack_place(&report.allocated, &report.allocated_place);
    report.is_nobodys_call = is_nobodys_call(violation);
    if (report.is_nobodys_call)
        report.place = report.allocated_place;
    make_token();
    return &report;
}

struct report *report_prepare_plain(const struct violation *violation, const struct stop *stop)
{
    begin(violation, stop);
    report.is_plain = true;
    make_token();
    return &report;
}
