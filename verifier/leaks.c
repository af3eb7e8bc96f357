#include "verifier/leaks.h"

#include "pool/bugcheck.h"
#include "pool/counters.h"
#include "pool/drivers.h"
#include "pool/options.h"
#include "pool/rules.h"
#include "pool/text.h"
#include "verifier/leak_table.h"
#include "verifier/owner.h"
#include "verifier/reach.h"
#include "verifier/special.h"
#include "verifier/stack_id.h"
#include "verifier/track.h"

enum { LINE_BYTES = 256 };

struct survey {
    struct leak_table table;
    uint16_t driver;      /* whose blocks; 0: everybody's */
    uint64_t number_most; /* younger blocks were not looked at */
    uint64_t tracked_most;
    struct story oldest; /* of the leaks */
};

/* Older blocks belong to the parent process. */
static uint64_t number_least;
static uint64_t tracked_least;

void leaks_forget_older(void)
{
    number_least = atomic_load(&special.numbers) + 1;
    tracked_least = track_count() + 1;
}

/* What the loader keeps for threads and libraries is its own, however it points to it. */
static enum reach reach_of_story(const struct story *story)
{
    enum reach reach = reach_of(story->block);
    bool is_lost = reach == REACH_LOST || reach == REACH_INDIRECTLY_LOST;
    return is_lost && stack_is_of_loader(story->allocated_stack) ? REACH_REACHABLE : reach;
}

static void take_story(struct survey *survey, const struct story *story)
{
    const struct story *oldest = &survey->oldest;
    enum reach reach = survey->table.has_reach ? reach_of_story(story) : REACH_UNKNOWN;
    bool is_first = survey->table.leaks.blocks == 0;
    bool is_older = story->allocated_ms < oldest->allocated_ms ||
                    (story->allocated_ms == oldest->allocated_ms && story->number < oldest->number);
    if (leak_table_add(&survey->table, story, reach) && (is_first || is_older))
        survey->oldest = *story;
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
        survey->table.has_reach = reach_look(frame);
        if (!survey->table.has_reach)
            return; /* it has been said */
    }
    special_each_live(take_block, survey);
    track_each_live(take_tracked, survey);
    reach_forget();
}

size_t leaks_print(void)
{
    struct survey survey = {.driver = 0};
    leak_table_open(&survey.table);
    take_all(&survey, NULL);
    size_t count = leak_table_write(&survey.table);
    leak_table_close(&survey.table);
    COUNT_MORE(leaked_blocks, count);
    return count;
}

static size_t raise(const struct survey *survey, struct violation *violation)
{
    violation->column = COLUMN_VERIFIED;
    violation->found = survey->table.leaks.blocks;
    violation->irql = irql_current;
    violation->tag = survey->oldest.tag;
    violation->story = survey->oldest;
    if (survey->table.leaks.blocks > 0)
        violation_raise(violation);
    return survey->table.leaks.blocks;
}

size_t leaks_raise(const void *frame)
{
    struct survey survey = {.driver = 0};
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
    take_all(&survey, frame);
    char words[LINE_BYTES];
    struct text detail = TEXT_OVER(words);
    text_add(&detail, "'%s' left %,lu block%s, %,lu bytes; the oldest is shown.", row.name,
             survey.table.leaks.blocks, survey.table.leaks.blocks == 1 ? "" : "s",
             survey.table.leaks.bytes);
    struct violation violation = {.kind = VIOLATION_LEAK_AT_UNLOAD,
                                  .address = row.name,
                                  .driver = row.name,
                                  .detail = words,
                                  .frame = frame};
    return raise(&survey, &violation);
}
