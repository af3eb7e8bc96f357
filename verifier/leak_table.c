#include "verifier/leak_table.h"

#include "pool/mix.h"
#include "pool/options.h"
#include "pool/os.h"
#include "pool/record.h"
#include "pool/report.h"
#include "pool/report_output.h"
#include "pool/suppress.h"
#include "pool/text.h"
#include "verifier/special.h"

#include <stdlib.h>

enum {
    GROUPS_MAX = 1 << 16, /* a power of two; what finds no place is counted in the totals */
    PROBES_MAX = 64,
    ROWS_MAX = 20,
    CALLERS_MAX = 4,
    TEXT_BYTES = 32 * 1024,
    MS = 1000,
    MINUTE_MS = 60 * MS,
};

void leak_table_open(struct leak_table *table)
{
    table->groups = os_table(GROUPS_MAX * sizeof table->groups[0]);
}

void leak_table_close(struct leak_table *table)
{
    if (table->groups != NULL)
        os_release(table->groups, GROUPS_MAX * sizeof table->groups[0]);
    table->groups = NULL;
}

static bool is_group_of(const struct leak_group *group, const struct story *story, enum reach reach)
{
    return group->tag == story->tag && group->pool == story->pool && group->reach == reach &&
           group->size_bytes == story->size_bytes && group->stack == story->allocated_stack;
}

WRAPS_ROUND static struct leak_group *find_group(const struct leak_table *table,
                                                 const struct story *story, enum reach reach)
{
    uint64_t hash = story->tag * MIX_FACTOR;
    hash = (hash ^ story->size_bytes ^ story->allocated_stack ^ (uint64_t)reach) * MIX_FACTOR;
    for (uint32_t i = 0; table->groups != NULL && i < PROBES_MAX; i++) {
        struct leak_group *group = &table->groups[((hash >> 32) + i) % GROUPS_MAX];
        if (group->blocks == 0 || is_group_of(group, story, reach))
            return group;
    }
    return NULL;
}

static void add_to_group(struct leak_group *group, const struct story *story, enum reach reach)
{
    if (group->blocks == 0)
        *group = (struct leak_group){.tag = story->tag,
                                     .pool = story->pool,
                                     .size_bytes = story->size_bytes,
                                     .stack = story->allocated_stack,
                                     .reach = reach,
                                     .oldest_ms = story->allocated_ms};
    group->blocks++;
    if (story->allocated_ms < group->oldest_ms)
        group->oldest_ms = story->allocated_ms;
}

static void add_to_sum(struct leak_sum *sum, size_t bytes)
{
    sum->blocks++;
    sum->bytes += bytes;
}

bool leak_table_add(struct leak_table *table, const struct story *story, enum reach reach)
{
    add_to_sum(&table->by_reach[reach], story->size_bytes);
    if (reach == REACH_REACHABLE || (table->has_reach && reach == REACH_UNKNOWN))
        return false;
    if (reach != REACH_POSSIBLY_LOST)
        add_to_sum(&table->leaks, story->size_bytes);
    struct leak_group *group = find_group(table, story, reach);
    if (group == NULL)
        table->not_grouped += table->groups != NULL;
    else
        add_to_group(group, story, reach);
    return reach != REACH_POSSIBLY_LOST;
}

static uint64_t bytes_of(const struct leak_group *group)
{
    return group->blocks * group->size_bytes;
}

/* What is lost for sure first. */
static int by_reach_and_bytes(const void *left, const void *right)
{
    const struct leak_group *a = left;
    const struct leak_group *b = right;
    if (a->reach != b->reach)
        return a->reach < b->reach ? 1 : -1;
    return bytes_of(a) < bytes_of(b) ? 1 : bytes_of(a) > bytes_of(b) ? -1 : 0;
}

static void leave_out(struct leak_table *table, const struct leak_group *group)
{
    table->leaks.blocks -= group->blocks;
    table->leaks.bytes -= bytes_of(group);
    table->by_reach[group->reach].blocks -= group->blocks;
    table->by_reach[group->reach].bytes -= bytes_of(group);
}

static bool is_suppressed(const struct leak_group *group)
{
    return group->reach != REACH_POSSIBLY_LOST &&
           suppress_leak(group->tag, group->stack, group->blocks, bytes_of(group));
}

/* To the front, largest first; how many groups. */
static size_t sort_groups(struct leak_table *table)
{
    size_t count = 0;
    for (size_t i = 0; table->groups != NULL && i < GROUPS_MAX; i++) {
        const struct leak_group *group = &table->groups[i];
        if (group->blocks == 0)
            continue;
        if (is_suppressed(group))
            leave_out(table, group);
        else
            table->groups[count++] = *group;
    }
    if (count > 0)
        qsort(table->groups, count, sizeof table->groups[0], by_reach_and_bytes);
    return count;
}

static const char *class_name(enum pool_kind pool)
{
    static const char *const name[] = {"Exec", "Nonp", "Paged"};
    return name[pool];
}

static void add_row(struct text *text, const struct leak_group *group, uint32_t now_ms)
{
    uintptr_t frames[STACK_DEPTH_MAX];
    uint32_t age_ms = now_ms - group->oldest_ms;
    text_add(text, REPORT_WHOLE "    %,lu", bytes_of(group)); /* the mark counts as a column */
    text_pad_to(text, 19);
    text_add(text, "%,lu", group->blocks);
    text_pad_to(text, 29);
    text_add(text, "%,lu", group->size_bytes);
    text_pad_to(text, 41);
    text_add(text, "%t  %s", group->tag, class_name(group->pool));
    text_pad_to(text, 54);
    text_add(text, "%u m %02u", age_ms / MINUTE_MS, age_ms % MINUTE_MS / MS);
    text_pad_to(text, 64);
    if (group->reach != REACH_UNKNOWN)
        text_add(text, "%s: ", reach_name(group->reach));
    if (!report_chain(text, frames, stack_frames(group->stack, frames), CALLERS_MAX))
        text_add(text, "(not recorded)");
    text_add(text, "\n");
}

static void add_sums(struct text *text, const struct leak_table *table)
{
    const char *before = REPORT_WHOLE "    ";
    for (unsigned reach = REACH_COUNT - 1; table->has_reach && reach > REACH_UNKNOWN; reach--) {
        const struct leak_sum *sum = &table->by_reach[reach];
        text_add(text, "%s%s %,lu (%,lu bytes)", before, reach_name((enum reach)reach), sum->blocks,
                 sum->bytes);
        before = ", ";
    }
    if (table->has_reach)
        text_add(text, "\n");
}

static void add_table(struct text *text, const struct leak_table *table, size_t count)
{
    const struct leak_sum *leaks = &table->leaks;
    const char *ending = leaks->blocks == 1 ? "" : "s";
    uint32_t now_ms = (uint32_t)(os_clock_ms() - special.started_ms);
    text_add(text, "==%u==expool: LEAK 0xC4/0x62: %,lu pool block%s not freed (%,lu bytes)\n",
             os_process_id(), leaks->blocks, leaks->blocks == 1 ? " was" : "s were", leaks->bytes);
    add_sums(text, table);
    text_add(text, "    Bytes         Blocks    Size        Tag   Pool   Oldest    Allocated by\n");
    for (size_t i = 0; i < count && i < ROWS_MAX; i++)
        add_row(text, &table->groups[i], now_ms);
    if (count > ROWS_MAX)
        text_add(text, "    and %,zu more kinds of block\n", count - ROWS_MAX);
    if (table->not_grouped > 0)
        text_add(text, "    %,lu blocks found no row in this table\n", table->not_grouped);
    for (size_t i = 0; options.print_suppressions && i < count && i < ROWS_MAX; i++)
        suppress_propose_leak(text, table->groups[i].tag, table->groups[i].stack);
    text_add(text, REPORT_WHOLE "Again   : ");
    report_command(text, "");
    text_add(text, "Explain : expool explain 0xC4/0x62   (docs/REPORTS.md, section leak)\n");
    text_add(text, "SUMMARY: expool: 0xC4/0x62 leak, %,lu block%s, %,lu bytes\n", leaks->blocks,
             ending, leaks->bytes);
}

static void record(const struct leak_table *table, size_t count, const struct text *text)
{
    size_t bytes = (count + 1) * sizeof(struct record_leak);
    struct record_leak *rows = os_table(bytes);
    if (rows == NULL)
        return;
    for (size_t i = 0; i < count; i++) {
        const struct leak_group *group = &table->groups[i];
        rows[i] = (struct record_leak){.bytes = bytes_of(group),
                                       .blocks = group->blocks,
                                       .size_bytes = group->size_bytes,
                                       .tag = group->tag,
                                       .pool = group->pool,
                                       .oldest_ms = group->oldest_ms,
                                       .reach = reach_name(group->reach),
                                       .stack = group->stack};
    }
    (void)record_leaks(
        &(struct record_leaks){rows, count, table->leaks.blocks, table->leaks.bytes, text});
    os_release(rows, bytes);
}

size_t leak_table_write(struct leak_table *table)
{
    static char draft_bytes[TEXT_BYTES];
    static char bytes[TEXT_BYTES];
    struct text draft = TEXT_OVER(draft_bytes);
    struct text text = TEXT_OVER(bytes);
    size_t count = sort_groups(table);
    if (table->leaks.blocks == 0)
        return 0;
    add_table(&draft, table, count);
    report_finish(&text, &draft, (struct report_look){.is_utf8 = true});
    if (report_output_wants_records())
        record(table, count, &text);
    text = TEXT_OVER(bytes);
    report_finish(&text, &draft, report_look());
    report_output_write(text.bytes, text.length);
    return table->leaks.blocks;
}
