/* audit_budget.c - the limit of a class: what is used of it, whether little is left, and the events
 * that come when a request is refused. What lies between the bounds of a level depends on which one
 * was left last: there the audit knows it only where use has gone one way. */
#include "fuzz/audit.h"

#include "expool/budget.h"

#include <string.h>

enum { PAGE = 4096, ROWS_MAX = 64, END_PERCENT = 85 };

/* Hundredths of the limit that are free. */
static const struct bounds {
    unsigned below;
    unsigned until;
} low = {10, 15}, exhausted = {2, 4};

/* What came during an operation. */
static struct {
    unsigned count[MODEL_CLASSES];
    uint64_t used_pages[MODEL_CLASSES]; /* at the last one */
    const char *wrong;
} events;

const char *audit_budget(const struct model *model, unsigned class, uint64_t pages)
{
    const struct class_model *wanted = &model->classes[class];
    struct expool_budget budget = {0};
    expool_budget_get((enum expool_class) class, &budget);
    uint64_t limit = wanted->limit_pages;
    if (budget.used_bytes != (pages + wanted->special_pages) * PAGE)
        return "a class has used other pages of its limit than there are";
    if (budget.limit_bytes != (limit == UINT64_MAX ? limit : limit * PAGE))
        return "another limit is in force than was set";
    bool is_known = !wanted->is_mixed; /* special pool's pages are all there were */
    if (budget.peak_bytes < wanted->peak_pages * PAGE || budget.peak_bytes < budget.used_bytes ||
        (is_known && budget.peak_bytes != wanted->peak_pages * PAGE))
        return "the most that a class has used is not what it was";
    if (budget.peak_bytes > budget.limit_bytes)
        return "a class has used more than its limit";
    bool has_level = budget.is_low || budget.is_exhausted;
    return limit == UINT64_MAX && has_level ? "little is left where there is no limit" : NULL;
}

/* Its tags hold what their own counters say, the largest first, and none holds more. */
static bool are_largest(const struct expool_event_tag *tags, unsigned class,
                        const struct expool_tag_statistics *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t bytes = rows[i].pool[class].bytes;
        uint64_t blocks = rows[i].pool[class].allocations - rows[i].pool[class].frees;
        unsigned at = 0;
        while (at < EXPOOL_EVENT_TAGS && (tags[at].tag != rows[i].tag || tags[at].bytes == 0))
            at++;
        if (at < EXPOOL_EVENT_TAGS ? tags[at].bytes != bytes || tags[at].blocks != blocks
                                   : bytes > tags[EXPOOL_EVENT_TAGS - 1].bytes)
            return false;
    }
    for (unsigned i = 1; i < EXPOOL_EVENT_TAGS; i++)
        if (tags[i].bytes > tags[i - 1].bytes)
            return false;
    return true;
}

/* Looked at while it is told: what is in use is so still. */
static const char *check_event(const struct expool_event *event)
{
    static struct expool_tag_statistics rows[ROWS_MAX];
    struct expool_budget budget = {0};
    uint64_t commit = 0;
    size_t count = (expool_tag_statistics_list)(rows, ROWS_MAX);
    for (unsigned i = 0; i < MODEL_CLASSES; i++) {
        (expool_budget_get)((enum expool_class)i, &budget);
        commit += budget.used_bytes;
        if (event->pool[i].used_bytes != budget.used_bytes ||
            event->pool[i].limit_bytes != budget.limit_bytes ||
            event->pool[i].is_low != budget.is_low ||
            event->pool[i].is_exhausted != budget.is_exhausted)
            return "an event tells of another use of a class than there is";
        if (!are_largest(event->largest[i], i, rows, count < ROWS_MAX ? count : ROWS_MAX))
            return "an event names other tags than the largest";
    }
    if (event->commit_bytes != commit || event->commit_limit_bytes < commit)
        return "an event tells of another commit than there is";
    return event->source == NULL || event->text == NULL ? "an event has no words" : NULL;
}

static bool take_event(const struct expool_event *event, void *context)
{
    unsigned class = event->id == EXPOOL_EVENT_PAGED_EMPTY;
    (void)context;
    if (events.wrong == NULL)
        events.wrong = event->id == EXPOOL_EVENT_RESOURCES_LOW
                           ? "an event says that commit is short, and it is not"
                           : check_event(event);
    events.count[class]++;
    events.used_pages[class] = event->pool[class].used_bytes / PAGE;
    return true;
}

void audit_levels_begin(void)
{
    memset(&events, 0, sizeof events);
    expool_on_event(take_event, NULL);
}

void audit_levels_end(void)
{
    expool_on_event(NULL, NULL);
}

/* May the operation take pages of the class? What gives way for it goes one way. */
static bool may_take(const struct model *model, const struct op *op, unsigned class)
{
    bool is_for_blocks = op_allocates(op->kind) || op->kind == OP_CROWD || op->kind == OP_CHURN;
    bool is_of_class = model_pool_is_paged(model_pool(model, op)) == (class == EXPOOL_CLASS_PAGED);
    return (is_for_blocks && is_of_class) || op->kind >= OP_SCENE;
}

/* `was` and `is`: the level is in force. */
static bool level_fits(const struct expool_budget *now, const struct bounds *bounds, bool was,
                       bool is, bool may_rise)
{
    uint64_t limit = now->limit_bytes / PAGE;
    uint64_t used = now->used_bytes / PAGE;
    uint64_t free = used < limit ? limit - used : 0;
    uint64_t least = limit - now->peak_bytes / PAGE; /* that ever was free */
    if (free < model_part_of(limit, bounds->below))
        return is;
    if (free >= model_part_of(limit, bounds->until) || least >= model_part_of(limit, bounds->below))
        return !is;
    return may_rise || is == was;
}

static const char *check_levels(struct class_model *class, const struct expool_budget *now,
                                bool may_rise)
{
    if (!level_fits(now, &low, class->is_low, now->is_low, may_rise))
        return "a class says that little is left, or not, when it is the other way round";
    if (!level_fits(now, &exhausted, class->is_exhausted, now->is_exhausted, may_rise))
        return "a class says that it is exhausted, or not, when it is the other way round";
    class->is_low = now->is_low;
    class->is_exhausted = now->is_exhausted;
    return NULL;
}

/* What one operation had to do with the episodes of a class. */
struct refusal {
    bool may_tell; /* a request of this class got no memory */
    bool must_tell;
    bool may_take;
    bool may_dip; /* caches gave way, and what they gave was taken: less was in use for a moment */
    unsigned came;
    uint64_t event_pages;
};

/* What fits needs no cache to give way; of what was refused nothing was taken. */
static bool may_dip(const struct model *model, const struct op *op,
                    const struct expectation *expected, unsigned class)
{
    const struct class_model *pages = &model->classes[class];
    if (!op_allocates(op->kind))
        return may_take(model, op, class);
    uint64_t need = (model_size(model, op) + 2 * PAGE) / PAGE; /* at the most */
    return expected->outcome == OUTCOME_SUCCESS && may_take(model, op, class) &&
           pages->used_pages + need > pages->limit_pages;
}

static struct refusal refusal_of(const struct model *model, const struct op *op,
                                 const struct expectation *expected, unsigned class)
{
    struct refusal refusal = {.may_take = may_take(model, op, class),
                              .may_dip = may_dip(model, op, expected, class),
                              .came = events.count[class],
                              .event_pages = events.used_pages[class]};
    bool is_of_class = op_allocates(op->kind) &&
                       model_pool_is_paged(model_pool(model, op)) == (class == EXPOOL_CLASS_PAGED);
    bool has_failed = expected->outcome == OUTCOME_NULL || expected->outcome == OUTCOME_RAISE;
    refusal.may_tell = is_of_class && has_failed;
    refusal.must_tell = refusal.may_tell && expected->is_told;
    return refusal;
}

static const char *check_episode(struct class_model *class, const struct expool_budget *now,
                                 const struct refusal *refusal)
{
    bool is_less = now->used_bytes / PAGE <= model_part_of(class->episode_pages, END_PERCENT);
    if (refusal->came > 1 || (refusal->came > 0 && !refusal->may_tell))
        return "an event comes that nobody asked for";
    if (refusal->came > 0 && class->episode == EPISODE_ON && !is_less)
        return "an event comes twice in an episode";
    if (refusal->came == 0 && refusal->must_tell && class->episode == EPISODE_NONE)
        return "a refusal that begins an episode is not told of";
    if (refusal->came > 0) {
        class->episode = EPISODE_ON;
        class->episode_pages = refusal->event_pages;
    } else if (is_less) {
        class->episode = EPISODE_NONE;
    } else if (refusal->may_dip && class->episode == EPISODE_ON) {
        class->episode = EPISODE_PERHAPS;
    }
    return NULL;
}

const char *audit_levels(struct model *model, const struct op *op,
                         const struct expectation *expected)
{
    const char *wrong = events.wrong;
    for (unsigned i = 0; i < MODEL_CLASSES && wrong == NULL; i++) {
        struct class_model *class = &model->classes[i];
        struct refusal refusal = refusal_of(model, op, expected, i);
        struct expool_budget now;
        if (class->limit_pages == UINT64_MAX)
            continue;
        expool_budget_get((enum expool_class)i, &now);
        wrong = check_levels(class, &now, refusal.may_take);
        if (wrong == NULL)
            wrong = check_episode(class, &now, &refusal);
        events.count[i] = 0;
    }
    return wrong;
}
