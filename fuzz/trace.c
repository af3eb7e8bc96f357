#include "fuzz/trace.h"

#include "expool/statistics.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { STATISTICS_EVERY = 8, ROWS_MAX = 64 };

static uint64_t add(uint64_t hash, uint64_t value)
{
    hash = (hash ^ value) * UINT64_C(0x9e3779b97f4a7c15);
    return hash ^ hash >> 29;
}

/* One look at all tags costs as much as one at a single tag. */
static void read_tags(struct expool_tag_statistics tags[PROGRAM_TAGS])
{
    static struct expool_tag_statistics rows[ROWS_MAX];
    size_t count = expool_tag_statistics_list(rows, ROWS_MAX);
    bool is_found[PROGRAM_TAGS] = {false};
    for (size_t i = 0; i < count && i < ROWS_MAX; i++)
        for (unsigned j = 0; j < PROGRAM_TAGS; j++)
            if (rows[i].tag == model_tag((uint8_t)j)) {
                tags[j] = rows[i];
                is_found[j] = true;
            }
    for (unsigned j = 0; j < PROGRAM_TAGS; j++)
        if (!is_found[j])
            expool_tag_statistics_get(model_tag((uint8_t)j), &tags[j]);
}

/* Every counter that two back ends share: by tag and class, then by class. */
static void read_counters(uint64_t counters[TRACE_BASE])
{
    struct expool_tag_statistics tags[PROGRAM_TAGS];
    struct expool_class_statistics all;
    uint64_t *at = counters;
    read_tags(tags);
    for (unsigned i = 0; i < PROGRAM_TAGS; i++)
        for (unsigned j = 0; j < EXPOOL_CLASS_COUNT; j++, at += TRACE_COUNTERS) {
            at[0] = tags[i].pool[j].allocations;
            at[1] = tags[i].pool[j].frees;
            at[2] = tags[i].pool[j].bytes;
        }
    for (int j = 0; j < EXPOOL_CLASS_COUNT; j++, at += TRACE_COUNTERS) {
        expool_class_statistics_get((enum expool_class)j, &all);
        at[0] = all.allocations;
        at[1] = all.frees;
        at[2] = all.bytes;
    }
}

void trace_begin(struct trace *trace)
{
    trace->count = 0;
    trace->has_lists = false;
    read_counters(trace->base);
}

static void note_statistics(const struct trace *trace, struct trace_step *step)
{
    uint64_t now[TRACE_BASE];
    read_counters(now);
    for (unsigned i = 0; i < TRACE_BASE; i++) {
        uint64_t since = now[i] - trace->base[i];
        bool is_bytes = i % TRACE_COUNTERS == TRACE_COUNTERS - 1;
        step->statistics = add(step->statistics, since);
        step->handed = add(step->handed, is_bytes ? 0 : since);
    }
}

static struct trace_step *next_step(struct trace *trace)
{
    static struct trace_step overflow;
    struct trace_step *step =
        trace->count < TRACE_STEPS_MAX ? &trace->steps[trace->count++] : &overflow;
    *step = (struct trace_step){0};
    return step;
}

/* Rule, the parameters that must be as they are, the block's tag and size; addresses lie above. */
static uint32_t detail_of(const struct expool_bugcheck *seen, const struct expectation *expected)
{
    const uint64_t lowest_address = UINT64_C(1) << 26; /* Valgrind maps from there on */
    uint64_t hash = 0;
    for (const char *letter = seen->rule; letter != NULL && *letter != 0; letter++)
        hash = add(hash, (unsigned char)*letter);
    for (unsigned i = 0; i < 4; i++)
        if ((expected->known >> i & 1) != 0 && seen->parameter[i] < lowest_address)
            hash = add(hash, seen->parameter[i]);
    if (expected->about != NULL) {
        hash = add(hash, seen->tag);
        hash = add(hash, seen->block_bytes);
    }
    return (uint32_t)(hash ^ hash >> 32);
}

void trace_op(struct trace *trace, const struct execution *execution, const struct op *op,
              const struct expectation *expected)
{
    struct trace_step *step = next_step(trace);
    step->kind = (uint8_t)op->kind;
    step->outcome = (uint8_t)expected->outcome;
    step->bugchecks = (uint8_t)execution->bugchecks;
    step->bits = (uint8_t)((execution->result != NULL) | execution->was_changed << 1);
    if (execution->bugchecks > 0) {
        bool is_known = expected->also_count == 0; /* else it is as the blocks lie */
        step->code = is_known ? execution->bugcheck.code : expected->code;
        step->subcode = is_known ? execution->bugcheck.subcode : expected->subcode;
        step->detail = is_known ? detail_of(&execution->bugcheck, expected) : 0;
    }
    trace->has_lists |= op->kind == OP_LIST_INIT;
    if (trace->count % STATISTICS_EVERY == 0)
        note_statistics(trace, step);
}

void trace_statistics(struct trace *trace)
{
    struct trace_step *step = next_step(trace);
    step->kind = OP_KIND_COUNT;
    note_statistics(trace, step);
}

int trace_compare(const struct trace *a, const struct trace *b)
{
    unsigned count = a->count < b->count ? a->count : b->count;
    for (unsigned i = 0; i < count; i++)
        if (memcmp(&a->steps[i], &b->steps[i], sizeof a->steps[i]) != 0)
            return (int)i;
    return a->count == b->count ? -1 : (int)count;
}

int trace_compare_visible(const struct trace *a, const struct trace *b)
{
    unsigned count = a->count < b->count ? a->count : b->count;
    for (unsigned i = 0; i < count; i++) {
        struct trace_step one = a->steps[i];
        struct trace_step other = b->steps[i];
        one.statistics = other.statistics = 0;
        if (a->has_lists)
            one.handed = other.handed = 0;
        if (memcmp(&one, &other, sizeof one) != 0)
            return (int)i;
    }
    return a->count == b->count ? -1 : (int)count;
}

void trace_print(const struct trace_step *step, char *bytes, size_t capacity)
{
    static const char *const outcomes[] = {"skip", "success", "null", "bugcheck", "raise"};
    bool is_op = step->kind < OP_KIND_COUNT;
    snprintf(bytes, capacity,
             "%s: %s expected, %u bug checks, 0x%X/0x%X detail %08x, %s block%s, statistics "
             "%016" PRIx64,
             is_op ? op_rows[step->kind].name : "statistics", outcomes[step->outcome % 5],
             step->bugchecks, step->code, step->subcode, step->detail,
             (step->bits & 1) != 0 ? "a" : "no", (step->bits & 2) != 0 ? ", contents changed" : "",
             step->statistics);
}
