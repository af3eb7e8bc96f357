#include "pool/irql_ladder.h"

#include "pool/kind.h"
#include "pool/os.h"
#include "pool/report.h"
#include "pool/unwind.h"
#include "pool/util.h"

#include <string.h>

enum { SITE_COLUMN = 30 };

static _Thread_local struct {
    uint32_t count; /* ever */
    struct irql_rung rungs[LADDER_RUNGS];
} ladder TLS_FAST;

void irql_ladder_note(unsigned from, unsigned to, const void *frame)
{
    struct irql_rung *rung = &ladder.rungs[ladder.count++ % LADDER_RUNGS];
    *rung = (struct irql_rung){(unsigned char)from, (unsigned char)to, {0}};
    unwind_frames(frame, rung->site, LADDER_SITES); /* 0: that stack is not the thread's */
}

unsigned irql_ladder_read(struct irql_rung rungs[LADDER_RUNGS])
{
    unsigned count = ladder.count < LADDER_RUNGS ? ladder.count : LADDER_RUNGS;
    for (unsigned i = 0; i < count; i++)
        rungs[i] = ladder.rungs[(ladder.count - count + i) % LADDER_RUNGS];
    return count;
}

bool irql_ladder_matters(const struct violation *violation)
{
    if (ladder.count == 0 || violation->kind == VIOLATION_KIND_COUNT)
        return false;
    return violation->irql > IRQL_PASSIVE ||
           strstr(violation_rule(violation->kind), "irql") != NULL;
}

/* "KeAcquireSpinLock < Send driver.c:58" */
static void add_sites(struct text *text, const struct irql_rung *rung)
{
    static struct report_stack stack; /* one report at a time */
    struct report_place place;
    report_stack_name(&stack, rung->site, rung->site[1] != 0 ? LADDER_SITES : rung->site[0] != 0);
    report_stack_place(&stack, &place);
    if (stack.count > 0 && stack.frame[0].symbol.is_ours && !place.is_ours)
        text_add(text, "%s < ", stack.frame[0].symbol.function);
    if (place.line[0] == 0)
        text_add(text, "(not known)\n");
    else
        text_add(text, "%s %s\n", place.function[0] != 0 ? place.function : "??", place.line);
}

static void add_rung(struct text *text, const struct irql_rung *rung)
{
    text_add(text, "    %u -> %u  %s ", rung->from, rung->to, irql_name(rung->to));
    text_pad_to(text, SITE_COLUMN);
    add_sites(text, rung);
}

void irql_ladder_tell(struct text *text, const struct violation *violation)
{
    struct irql_rung rungs[LADDER_RUNGS];
    unsigned count = irql_ladder_read(rungs);
    if (!irql_ladder_matters(violation))
        return;
    text_add(text, "\nIRQL of this thread, its last %u change%s:\n", count, count == 1 ? "" : "s");
    for (unsigned i = 0; i < count; i++)
        add_rung(text, &rungs[i]);
}
