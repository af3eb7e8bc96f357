#include "kernel/call_hold.h"

#include "pool/util.h"

static _Thread_local struct call_hold *innermost TLS_FAST;

void call_hold_begin(struct call_hold *hold, unsigned *count)
{
    *hold = (struct call_hold){innermost, count};
    innermost = hold;
    ++*count;
}

void call_hold_end(struct call_hold *hold)
{
    struct call_hold **link = &innermost;
    while (*link != hold)
        link = &(*link)->outer;
    *link = hold->outer;
    --*hold->count;
}

unsigned call_holds_of_thread(const unsigned *count)
{
    unsigned holds = 0;
    for (const struct call_hold *at = innermost; at != NULL; at = at->outer)
        holds += at->count == count;
    return holds;
}
