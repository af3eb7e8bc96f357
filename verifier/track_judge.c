#include "verifier/track_judge.h"

#include "pool/block.h"
#include "pool/bugcheck.h"
#include "pool/hook.h"
#include "pool/os.h"
#include "pool/os_pager.h"
#include "pool/os_report.h"
#include "pool/pager.h"
#include "pool/pool.h"
#include "pool/pool_code.h"
#include "pool/util.h"
#include "verifier/pattern.h"

static bool is_big(const struct track_node *node)
{
    return (node->address & (PAGE_BYTES - 1)) == 0;
}

void track_story(const struct track_node *node, struct story *story)
{
    bool is_live = node->state == TRACK_LIVE;
    *story = (struct story){
        .place = is_big(node) ? STORY_BIG : STORY_SMALL,
        .is_live = is_live,
        .is_readable = is_live,
        .block = (const unsigned char *)node->address,
        .size_bytes = node->size_bytes,
        .window = (const unsigned char *)page_start((const void *)node->address),
        .window_bytes = PAGE_BYTES,
        .pool = (enum pool_kind)node->kind,
        .tag = tag_without_protection(node->tag),
        .fill = node->fill,
        .irql_allocated = node->irql_allocated,
        .has_details = true,
        .thread_allocated = node->thread_allocated,
        .thread_freed = node->thread_freed,
        .allocated_ms = node->allocated_ms,
        .number = node->number,
        .allocated_stack = node->allocated_stack,
        .freed_stack = node->freed_stack,
    };
    if (is_big(node))
        story->window_bytes = round_up(node->size_bytes + node->trailer, PAGE_BYTES);
}

static struct violation violation_of(enum violation_kind kind, const struct track_node *node,
                                     const void *frame)
{
    struct violation violation = {
        .kind = kind,
        .column = hook_column_of(frame),
        .address = (const void *)node->address,
        .size_bytes = node->size_bytes,
        .pool_type = pool_type_of((enum pool_kind)node->kind),
        .tag = tag_without_protection(node->tag),
        .irql = irql_current,
        .frame = frame,
    };
    track_story(node, &violation.story);
    return violation;
}

enum violation_kind track_judge(const struct track_node *node, const struct release *release)
{
    bool is_paged = pool_is_paged((enum pool_kind)node->kind);
    bool is_protected = (node->tag & PROTECTED_POOL_BIT) != 0;
    if (irql_current > (is_paged ? IRQL_APC : IRQL_DISPATCH))
        return is_paged ? VIOLATION_FREE_PAGED_IRQL : VIOLATION_FREE_NONPAGED_IRQL;
    if ((release->tag != 0 || is_protected) &&
        tag_without_protection(release->tag) != tag_without_protection(node->tag))
        return VIOLATION_FREE_WRONG_TAG;
    if (release->has_size_hint && release->size_hint_bytes != node->size_bytes &&
        hook_column_of(release->frame) == COLUMN_VERIFIED)
        return VIOLATION_FREE_WRONG_SIZE;
    return VIOLATION_KIND_COUNT;
}

bool track_refuse(enum violation_kind kind, const struct track_node *node,
                  const struct release *release)
{
    struct violation violation = violation_of(kind, node, release->frame);
    violation.tag_given = tag_without_protection(release->tag);
    violation.found = release->size_hint_bytes;
    violation.expected = node->size_bytes;
    violation_raise(&violation);
    return true;
}

/* The page may have gone to something else, or be inaccessible. */
static uint64_t header_contents(const struct track_node *node)
{
    uint64_t contents = 0;
    (void)os_peek(&contents, block_of_data((const void *)node->address), sizeof contents);
    return contents;
}

bool track_refuse_twice(const struct track_node *node, const struct release *release)
{
    struct story now = {.place = STORY_NOWHERE};
    if (irql_current >= IRQL_DISPATCH && pool_is_paged((enum pool_kind)node->kind))
        (void)pager_bring_in(release->address); /* so that the pool can look at its header */
    if (pool_tell(release->address, &now) && now.is_live && now.block == release->address)
        return false;
    enum violation_kind kind = is_big(node) ? VIOLATION_FREE_TWICE_BIG : VIOLATION_FREE_TWICE;
    struct violation violation = violation_of(kind, node, release->frame);
    violation.tag_given = tag_without_protection(release->tag);
    violation.header = is_big(node) ? NULL : block_of_data(release->address);
    violation.contents = is_big(node) ? 0 : header_contents(node);
    violation_raise(&violation);
    return true;
}

struct look {
    const struct track_node *node;
    struct pattern_damage damage;
};

static void look_at_trailer(void *context)
{
    struct look *look = context;
    const unsigned char *end = (const unsigned char *)look->node->address + look->node->size_bytes;
    pattern_look(end, look->node->trailer, look->node->fill, &look->damage);
}

bool track_is_sound(const struct track_node *node)
{
    struct look look = {.node = node};
    pool_code_enter(PAGE_BYTES);
    bool has_looked = os_try(look_at_trailer, &look);
    pool_code_leave();
    return !has_looked || look.damage.count == 0;
}

void track_judge_trailer(const struct track_node *node, const void *frame)
{
    struct look look = {.node = node};
    const struct pattern_damage *damage = &look.damage;
    look_at_trailer(&look);
    if (LIKELY(damage->count == 0))
        return;
    struct violation violation = violation_of(VIOLATION_TRACKED_OVERRUN, node, frame);
    violation.other = damage->first;
    violation.expected = node->fill;
    violation.changed_first = damage->first;
    violation.changed_last = damage->last;
    violation.changed_count = damage->count;
    violation.access = OS_WRITE;
    violation_raise(&violation);
}
