#include "pool/record.h"

#include "pool/hook.h"
#include "pool/irql_ladder.h"
#include "pool/options.h"
#include "pool/os_report.h"
#include "pool/record_build.h"
#include "pool/report_output.h"

enum { WORDS_BYTES = 4096, WINDOW_BYTES = 512, LINE_BYTES = 512, AROUND_BYTES = 64 };

static struct record_build build; /* one at a time: report and leak table take turns */

static expool_record_string add_made(void (*make)(struct text *text, const void *context),
                                     const void *context)
{
    static char bytes[WORDS_BYTES];
    static char finished_bytes[WORDS_BYTES];
    struct text text = TEXT_OVER(bytes);
    struct text finished = TEXT_OVER(finished_bytes);
    make(&text, context);
    report_finish(&finished, &text, (struct report_look){.is_utf8 = true});
    while (finished.length > 0 && finished.bytes[finished.length - 1] == '\n')
        finished.length--;
    return record_add_text(&build, &finished);
}

static void make_label(struct text *text, const void *context)
{
    report_label(text, context);
}

static void make_sentence(struct text *text, const void *context)
{
    report_sentence(text, context);
}

static void make_where(struct text *text, const void *context)
{
    char bytes[LINE_BYTES];
    struct text line = TEXT_OVER(bytes);
    report_where(&line, context); /* "\nFreed here:\n" */
    text_add_bytes(text, bytes + 1, line.length > 3 ? line.length - 3 : 0);
}

static void make_command(struct text *text, const void *context)
{
    (void)context;
    report_command(text, "");
}

static void make_state(struct text *text, const void *context)
{
    const struct pool_hook *hook = hook_current();
    (void)context;
    if (hook != NULL && hook->state != NULL)
        hook->state(text);
    else
        text_add(text, "verifier off");
}

static void add_words(struct expool_record *record, const struct report *report)
{
    const struct violation *violation = report->violation;
    bool is_known = violation->kind != VIOLATION_KIND_COUNT;
    record->label = add_made(make_label, report->stop);
    record->sentence = add_made(make_sentence, violation);
    record->where = add_made(make_where, report);
    record->command = add_made(make_command, NULL);
    record->state = add_made(make_state, NULL);
    record->name = record_add_string(&build, report->stop->name);
    record->rule =
        record_add_string(&build, is_known ? violation_rule(violation->kind) : "asked-for");
    record->title = record_add_string(&build, is_known ? violation_title(violation->kind)
                                                       : "the program asked for it");
    record->advice = record_add_string(&build, is_known ? violation_advice(violation->kind) : NULL);
    record->token = record_add_string(&build, report->token);
    record->driver = record_add_string(&build, report_driver(report));
}

static void add_block(struct expool_record *record, const struct violation *violation)
{
    static const char *const places[] = {NULL, "normal pool", "whole pages", "special pool"};
    const struct story *story = &violation->story;
    if (story->place == STORY_NOWHERE)
        return;
    record->flags |= EXPOOL_RECORD_HAS_BLOCK | (story->is_live ? EXPOOL_RECORD_IS_LIVE : 0u) |
                     (story->has_details ? EXPOOL_RECORD_HAS_DETAILS : 0u);
    record->block = (uintptr_t)story->block;
    record->block_bytes = story->size_bytes;
    record->guard = (uintptr_t)story->guard;
    record->allocation_number = story->number;
    record->tag = story->tag;
    record->slot = story->slot;
    record->fill = story->fill;
    record->irql_allocated = story->irql_allocated;
    record->thread_allocated = story->thread_allocated;
    record->thread_freed = story->thread_freed;
    record->allocated_ms = story->allocated_ms;
    record->pool = record_add_string(&build, pool_kind_name(story->pool));
    record->place = record_add_string(&build, places[story->place]);
    record->placement = record_add_string(&build, story->placement);
}

struct window {
    struct expool_record *record;
    const struct story *story;
};

static const unsigned char *clamp(const unsigned char *at, const unsigned char *low,
                                  const unsigned char *high)
{
    return at < low ? low : at > high ? high : at;
}

/* The block with what lies around it; where it is long, its end. */
static void add_window(void *context)
{
    const struct window *window = context;
    const struct story *story = window->story;
    const unsigned char *start = story->window;
    const unsigned char *end = start + story->window_bytes;
    const unsigned char *block_end = story->block + story->size_bytes;
    const unsigned char *last = clamp(block_end + AROUND_BYTES, start, end);
    const unsigned char *first = clamp(story->block - AROUND_BYTES, start, end);
    if (last - first > WINDOW_BYTES)
        first = last - WINDOW_BYTES;
    window->record->window = (uintptr_t)first;
    record_add_bytes(&build, &window->record->window_bytes, first, (size_t)(last - first));
}

static void add_facts(struct expool_record *record, const struct report *report)
{
    const struct violation *violation = report->violation;
    const struct stop *stop = report->stop;
    record->code = stop->code;
    record->subcode = stop->subcode;
    record->flags = (stop->has_subcode ? EXPOOL_RECORD_HAS_SUBCODE : 0u) |
                    (report->is_plain ? EXPOOL_RECORD_IS_PLAIN : 0u) |
                    (violation->frame == NULL && violation->pc != 0 ? EXPOOL_RECORD_IS_ACCESS : 0u);
    for (unsigned i = 0; i < 4; i++)
        record->parameter[i] = stop->parameter[i];
    record->irql = violation->irql;
    record->address = (uintptr_t)violation->address;
    record->access = violation->access;
    record->changed_first = (uintptr_t)violation->changed_first;
    record->changed_last = (uintptr_t)violation->changed_last;
    record->changed_count = violation->changed_count;
}

static void add_sides(struct expool_record *record, const struct report *report)
{
    uint32_t count = report->violation->side_count;
    if (count > VIOLATION_SIDES_MAX)
        count = VIOLATION_SIDES_MAX;
    struct expool_record_stack *sides =
        record_add_list(&build, &record->sides, count, sizeof sides[0]);
    for (uint32_t i = 0; sides != NULL && i < count; i++) {
        sides[i].caption = record_add_string(&build, report->violation->sides[i].caption);
        sides[i].frames = record_add_frames(&build, &report->sides[i]);
    }
}

static void add_ladder(struct expool_record *record, const struct violation *violation)
{
    static struct report_stack sites;
    struct irql_rung rungs[LADDER_RUNGS];
    uint32_t count = irql_ladder_matters(violation) ? irql_ladder_read(rungs) : 0;
    struct expool_record_rung *to = record_add_list(&build, &record->ladder, count, sizeof to[0]);
    for (uint32_t i = 0; to != NULL && i < count; i++) {
        report_stack_name(&sites, rungs[i].site, rungs[i].site[1] != 0 ? 2 : rungs[i].site[0] != 0);
        to[i].from = rungs[i].from;
        to[i].to = rungs[i].to;
        to[i].frames = record_add_frames(&build, &sites);
    }
}

bool record_violation(const struct report *report, const struct text *text)
{
    if (!report_output_wants_records())
        return false;
    struct expool_record *record = record_begin(&build, EXPOOL_RECORD_VIOLATION);
    const struct violation *violation = report->violation;
    record_add_process(&build);
    add_facts(record, report);
    add_words(record, report);
    add_block(record, violation);
    record->text = record_add_text(&build, text);
    if (report->is_plain)
        return record_end(&build);
    record->access_frames = record_add_frames(&build, &report->access);
    record->allocated_frames = record_add_frames(&build, &report->allocated);
    record->freed_frames = record_add_frames(&build, &report->freed);
    add_sides(record, report);
    add_ladder(record, violation);
    struct window window = {record, &violation->story};
    if (violation->story.place != STORY_NOWHERE && violation->story.is_readable)
        os_try(add_window, &window);
    return record_end(&build);
}

static void fill_leak(struct expool_record_leak *to, const struct record_leak *from)
{
    static struct report_stack stack;
    uintptr_t frames[STACK_DEPTH_MAX];
    report_stack_name(&stack, frames, stack_frames(from->stack, frames));
    *to = (struct expool_record_leak){.bytes = from->bytes,
                                      .blocks = from->blocks,
                                      .size_bytes = from->size_bytes,
                                      .tag = from->tag,
                                      .oldest_ms = from->oldest_ms};
    to->pool = record_add_string(&build, pool_kind_name(from->pool));
    to->reach = record_add_string(&build, from->reach);
    to->frames = record_add_frames(&build, &stack);
}

bool record_leaks(const struct record_leaks *leaks)
{
    if (!report_output_wants_records())
        return false;
    struct expool_record *record = record_begin(&build, EXPOOL_RECORD_LEAKS);
    record_add_process(&build);
    record->flags |= EXPOOL_RECORD_HAS_SUBCODE;
    record->code = 0xC4;
    record->subcode = 0x62;
    record->parameter[0] = 0x62;
    record->parameter[3] = leaks->blocks;
    record->leaked_blocks = leaks->blocks;
    record->leaked_bytes = leaks->bytes;
    record->label = record_add_string(&build, "0xC4/0x62");
    record->name = record_add_string(&build, stop_name(0xC4));
    record->rule = record_add_string(&build, violation_rule(VIOLATION_LEAK));
    record->title = record_add_string(&build, violation_title(VIOLATION_LEAK));
    record->advice = record_add_string(&build, violation_advice(VIOLATION_LEAK));
    record->command = add_made(make_command, NULL);
    record->state = add_made(make_state, NULL);
    record->text = record_add_text(&build, leaks->table);
    struct expool_record_leak *rows =
        record_add_list(&build, &record->leaks, (uint32_t)leaks->count, sizeof rows[0]);
    for (size_t i = 0; rows != NULL && i < leaks->count; i++)
        fill_leak(&rows[i], &leaks->rows[i]);
    return record_end(&build);
}
