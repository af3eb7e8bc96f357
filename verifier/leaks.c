#include "verifier/leaks.h"

#include "pool/bugcheck.h"
#include "pool/drivers.h"
#include "pool/options.h"
#include "pool/os.h"
#include "pool/report.h"
#include "pool/rules.h"
#include "pool/text.h"
#include "verifier/owner.h"
#include "verifier/reach.h"
#include "verifier/special.h"
#include "verifier/stack_id.h"
#include "verifier/track.h"

#include <stdlib.h>

enum {
    GROUPS_MAX = 1 << 16, /* a power of two; what finds no place is counted in the totals */
    PROBES_MAX = 64,
    ROWS_MAX = 20,
    CALLERS_MAX = 4,
    TEXT_BYTES = 16 * 1024,
    STDERR = 2,
    MS = 1000,
    MINUTE_MS = 60 * MS,
};

struct group {
    uint32_t tag;
    enum pool_kind pool;
    uint64_t size_bytes;
    stack_id stack;
    enum reach reach;
    uint64_t blocks; /* 0: nobody's */
    uint32_t oldest_ms;
};

struct sum {
    uint64_t blocks;
    uint64_t bytes;
};

struct survey {
    struct group *groups; /* NULL: totals only */
    uint16_t driver;      /* whose blocks; 0: everybody's */
    bool has_reach;       /* only what is lost is a leak */
    uint64_t number_most; /* younger blocks were not looked at */
    uint64_t tracked_most;
    struct sum by_reach[REACH_COUNT];
    uint64_t blocks; /* leaks */
    uint64_t bytes;
    uint64_t not_grouped;
    struct story oldest;
};

/* Older blocks belong to the parent process. */
static uint64_t number_least;
static uint64_t tracked_least;

void leaks_forget_older(void)
{
    number_least = atomic_load(&special.numbers) + 1;
    tracked_least = track_count() + 1;
}

static bool is_group_of(const struct group *group, const struct story *story, enum reach reach)
{
    return group->tag == story->tag && group->pool == story->pool && group->reach == reach &&
           group->size_bytes == story->size_bytes && group->stack == story->allocated_stack;
}

static struct group *find_group(struct survey *survey, const struct story *story, enum reach reach)
{
    uint64_t hash = story->tag * UINT64_C(0x9e3779b97f4a7c15);
    hash = (hash ^ story->size_bytes ^ story->allocated_stack ^ (uint64_t)reach) *
           UINT64_C(0x9e3779b97f4a7c15);
    for (uint32_t i = 0; survey->groups != NULL && i < PROBES_MAX; i++) {
        struct group *group = &survey->groups[((hash >> 32) + i) % GROUPS_MAX];
        if (group->blocks == 0 || is_group_of(group, story, reach))
            return group;
    }
    return NULL;
}

static void add_to_group(struct group *group, const struct story *story, enum reach reach)
{
    if (group->blocks == 0)
        *group = (struct group){story->tag, story->pool, story->size_bytes,  story->allocated_stack,
                                reach,      0,           story->allocated_ms};
    group->blocks++;
    if (story->allocated_ms < group->oldest_ms)
        group->oldest_ms = story->allocated_ms;
}

/* What the loader keeps for threads and libraries is its own, however it points to it. */
static enum reach reach_of_story(const struct survey *survey, const struct story *story)
{
    if (!survey->has_reach)
        return REACH_UNKNOWN;
    enum reach reach = reach_of(story->block);
    bool is_lost = reach == REACH_LOST || reach == REACH_INDIRECTLY_LOST;
    return is_lost && stack_is_of_loader(story->allocated_stack) ? REACH_REACHABLE : reach;
}

static void take_story(struct survey *survey, const struct story *story)
{
    enum reach reach = reach_of_story(survey, story);
    survey->by_reach[reach].blocks++;
    survey->by_reach[reach].bytes += story->size_bytes;
    if (reach == REACH_REACHABLE || (survey->has_reach && reach == REACH_UNKNOWN))
        return;
    if (reach != REACH_POSSIBLY_LOST) {
        bool is_older = story->allocated_ms < survey->oldest.allocated_ms ||
                        (story->allocated_ms == survey->oldest.allocated_ms &&
                         story->number < survey->oldest.number);
        if (survey->blocks == 0 || is_older)
            survey->oldest = *story;
        survey->blocks++;
        survey->bytes += story->size_bytes;
    }
    struct group *group = find_group(survey, story, reach);
    if (group == NULL)
        survey->not_grouped += survey->groups != NULL;
    else
        add_to_group(group, story, reach);
}

static void take_block(uint32_t unit, void *context)
{
    struct survey *survey = context;
    struct story story = {.place = STORY_NOWHERE};
    if (survey->driver != 0 && owner_of_unit(unit) != survey->driver)
        return;
    special_tell_unit(unit, &story);
    if (story.is_live && story.number >= number_least && story.number <= survey->number_most)
        take_story(survey, &story);
}

static void take_tracked(const struct story *story, uint16_t driver, void *context)
{
    struct survey *survey = context;
    bool is_wanted = survey->driver == 0 || driver == survey->driver;
    if (is_wanted && story->number >= tracked_least && story->number <= survey->tracked_most)
        take_story(survey, story);
}

/* `frame`: of the routine asked, or NULL at the end. */
static void take_all(struct survey *survey, const void *frame)
{
    survey->number_most = UINT64_MAX;
    survey->tracked_most = UINT64_MAX;
    if (options.leaks == OPTION_LEAKS_LOST && survey->driver == 0) {
        survey->number_most = atomic_load(&special.numbers);
        survey->tracked_most = track_count();
        survey->has_reach = reach_look(frame);
    }
    special_each_live(take_block, survey);
    track_each_live(take_tracked, survey);
    reach_forget();
}

/* What is lost for sure first. */
static int by_reach_and_bytes(const void *left, const void *right)
{
    const struct group *a = left;
    const struct group *b = right;
    uint64_t bytes_a = a->blocks * a->size_bytes;
    uint64_t bytes_b = b->blocks * b->size_bytes;
    if (a->reach != b->reach)
        return a->reach < b->reach ? 1 : -1;
    return bytes_a < bytes_b ? 1 : bytes_a > bytes_b ? -1 : 0;
}

/* To the front of the table, largest first; how many groups. */
static size_t sort_groups(struct group *groups)
{
    size_t count = 0;
    for (size_t i = 0; groups != NULL && i < GROUPS_MAX; i++)
        if (groups[i].blocks > 0)
            groups[count++] = groups[i];
    if (count > 0)
        qsort(groups, count, sizeof groups[0], by_reach_and_bytes);
    return count;
}

static const char *class_name(enum pool_kind pool)
{
    static const char *const name[] = {"Exec", "Nonp", "Paged"};
    return name[pool];
}

static void add_row(struct text *text, const struct group *group, uint32_t now_ms)
{
    uintptr_t frames[STACK_DEPTH_MAX];
    uint32_t age_ms = now_ms - group->oldest_ms;
    text_add(text, "    %,lu", group->blocks * group->size_bytes);
    text_pad_to(text, 18);
    text_add(text, "%,lu", group->blocks);
    text_pad_to(text, 28);
    text_add(text, "%,lu", group->size_bytes);
    text_pad_to(text, 40);
    text_add(text, "%t  %s", group->tag, class_name(group->pool));
    text_pad_to(text, 53);
    text_add(text, "%u m %02u", age_ms / MINUTE_MS, age_ms % MINUTE_MS / MS);
    text_pad_to(text, 63);
    if (group->reach != REACH_UNKNOWN)
        text_add(text, "%s: ", reach_name(group->reach));
    if (!report_chain(text, frames, stack_frames(group->stack, frames), CALLERS_MAX))
        text_add(text, "(not recorded)");
    text_add(text, "\n");
}

static void add_sums(struct text *text, const struct survey *survey)
{
    const char *before = "    ";
    for (unsigned reach = REACH_COUNT - 1; survey->has_reach && reach > REACH_UNKNOWN; reach--) {
        const struct sum *sum = &survey->by_reach[reach];
        text_add(text, "%s%s %,lu (%,lu bytes)", before, reach_name((enum reach)reach), sum->blocks,
                 sum->bytes);
        before = ", ";
    }
    if (survey->has_reach)
        text_add(text, "\n");
}

static void write_table(const struct survey *survey)
{
    static char bytes[TEXT_BYTES];
    struct text text = TEXT_OVER(bytes);
    size_t count = sort_groups(survey->groups);
    uint32_t now_ms = (uint32_t)(os_clock_ms() - special.started_ms);
    text_add(&text, "==%u==expool: LEAK 0xC4/0x62: %,lu pool block%s not freed (%,lu bytes)\n",
             os_process_id(), survey->blocks, survey->blocks == 1 ? " was" : "s were",
             survey->bytes);
    add_sums(&text, survey);
    text_add(&text,
             "    Bytes         Blocks    Size        Tag   Pool   Oldest    Allocated by\n");
    for (size_t i = 0; i < count && i < ROWS_MAX; i++)
        add_row(&text, &survey->groups[i], now_ms);
    if (count > ROWS_MAX)
        text_add(&text, "    and %,zu more kinds of block\n", count - ROWS_MAX);
    if (survey->not_grouped > 0)
        text_add(&text, "    %,lu blocks found no row in this table\n", survey->not_grouped);
    text_add(&text, "SUMMARY: expool: 0xC4/0x62 leak, %,lu block%s, %,lu bytes\n", survey->blocks,
             survey->blocks == 1 ? "" : "s", survey->bytes);
    os_write(STDERR, text.bytes, text.length);
}

size_t leaks_print(void)
{
    struct survey survey = {.groups = os_table(GROUPS_MAX * sizeof(struct group))};
    take_all(&survey, NULL);
    if (survey.blocks > 0)
        write_table(&survey);
    if (survey.groups != NULL)
        os_release(survey.groups, GROUPS_MAX * sizeof(struct group));
    return survey.blocks;
}

static size_t raise(const struct survey *survey, struct violation *violation)
{
    violation->column = COLUMN_VERIFIED;
    violation->found = survey->blocks;
    violation->irql = irql_current;
    violation->tag = survey->oldest.tag;
    violation->story = survey->oldest;
    if (survey->blocks > 0)
        violation_raise(violation);
    return survey->blocks;
}

size_t leaks_raise(const void *frame)
{
    struct survey survey = {.groups = NULL};
    struct violation violation = {.kind = VIOLATION_LEAK, .frame = frame};
    take_all(&survey, frame);
    return raise(&survey, &violation);
}

size_t leaks_of_driver(uint16_t driver, const void *frame)
{
    struct driver_row row;
    struct survey survey = {.driver = driver};
    if (!rules_have(RULE_TRACKING) || !drivers_get(driver, &row))
        return 0;
    struct violation violation = {
        .kind = VIOLATION_LEAK_AT_UNLOAD, .address = row.name, .frame = frame};
    take_all(&survey, frame);
    return raise(&survey, &violation);
}
