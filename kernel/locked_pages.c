#include "kernel/locked_pages.h"

#include "kernel/misuse.h"
#include "pool/fork.h"
#include "pool/options.h"
#include "pool/rules.h"
#include "pool/stack.h"
#include "pool/text.h"

#include <stdlib.h>

struct locked {
    struct locked *next;
    const void *mdl;
    size_t pages;
    stack_id stack;
};

static struct {
    struct lock lock;
    struct locked *first;
} locked = {.lock = LOCK_INITIALIZER};
LOCK_OVER_FORK(locked.lock)

static struct locked *take_out_locked(const void *mdl)
{
    struct locked **link = &locked.first;
    while (*link != NULL && (*link)->mdl != mdl)
        link = &(*link)->next;
    struct locked *found = *link;
    if (found != NULL)
        *link = found->next;
    return found;
}

void locked_pages_enter(const void *mdl, size_t pages, const void *frame)
{
    struct locked *made = malloc(sizeof *made);
    if (made == NULL)
        return; /* not followed */
    stack_id stack = stack_record(frame);
    lock_take(&locked.lock);
    *made = (struct locked){locked.first, mdl, pages, stack};
    locked.first = made;
    lock_drop(&locked.lock);
}

/* Those of before the rule are unknown. */
void locked_pages_leave(const void *mdl)
{
    if (RACY_READ(locked.first) == NULL)
        return;
    lock_take(&locked.lock);
    struct locked *found = take_out_locked(mdl);
    lock_drop(&locked.lock);
    free(found);
}

/* After everything the program registered, before the leaks. */
__attribute__((destructor(102))) static void judge_at_exit(void)
{
    struct locked *left = locked.first;
    if (left == NULL || !rules_have(RULE_TRACKING) || options.leaks == OPTION_LEAKS_OFF)
        return;
    struct side_stack side = {.stack = left->stack};
    struct text text = TEXT_OVER(side.caption);
    text_add(&text,
             "The pages of the descriptor %p were locked here:", (void *)(uintptr_t)left->mdl);
    MISUSE_TOLD(VIOLATION_PAGES_LEFT_LOCKED, left, .expected = (uintptr_t)left->mdl,
                .found = left->pages, .frame = OWN_FRAME, .sides = &side, .side_count = 1);
}
