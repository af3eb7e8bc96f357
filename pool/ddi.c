#include "pool/ddi.h"

#include "pool/bugcheck.h"
#include "pool/hook.h"
#include "pool/kind.h"
#include "pool/own_code.h"
#include "pool/text.h"
#include "pool/unwind.h"

static const struct ddi_rule rules[] = {
#define DDI_RULE(number, name, text) {(number), (name), (text)},
#include "pool/ddi_rules.def"
#undef DDI_RULE
};

static const struct {
    const char *routine;
    uint32_t rule;
    uint8_t lowest;
    uint8_t highest;
} calls[] = {
#define DDI_CALL(routine, rule, lowest, highest)                                                   \
    [DDI_##routine] = {#routine, rule, lowest, highest},
#include "pool/ddi_calls.def"
#undef DDI_CALL
};

/* What automatic checks and DDI rules both forbid. */
static const struct {
    enum violation_kind kind;
    uint32_t rule;
    uint8_t above; /* only from this level on: the automatic check forbids more */
} twins[] = {
    {VIOLATION_ALLOCATE_PAGED_IRQL, 0x20004, 0},
    {VIOLATION_ALLOCATE_NONPAGED_IRQL, 0x20004, 0},
    {VIOLATION_SPIN_ACQUIRE_BELOW_DISPATCH, 0x20003, 0},
    {VIOLATION_SPIN_RELEASE_BELOW_DISPATCH, 0x20003, 0},
    {VIOLATION_SPIN_ACQUIRE_ABOVE_DISPATCH, 0x20011, 0},
    {VIOLATION_SPIN_RELEASE_IRQL, 0x20015, 0},
    {VIOLATION_FAST_MUTEX_ACQUIRE_IRQL, 0x20005, 0},
    {VIOLATION_RESOURCE_ACQUIRE_APCS, 0x20007, IRQL_DISPATCH},
    {VIOLATION_REGION_LEAVE, 0x40003, 0},
    {VIOLATION_REGION_ENTER_IRQL, 0x20010, 0},
    {VIOLATION_REGION_LEAVE_IRQL, 0x20010, 0},
    {VIOLATION_SET_EVENT_IRQL, 0x20016, 0},
    {VIOLATION_ZW_LEVEL, 0x2001F, IRQL_APC},
};

static_assert(COUNT_OF(calls) == DDI_CALL_COUNT, "every call has its row");

const struct ddi_rule *ddi_rule(uint32_t number)
{
    for (unsigned i = 0; i < COUNT_OF(rules); i++)
        if (rules[i].number == number)
            return &rules[i];
    return NULL;
}

uint32_t ddi_rule_of(enum ddi_call call)
{
    return calls[call].rule;
}

const struct ddi_rule *ddi_instead_of(const struct violation *violation)
{
    if (!rules_have(RULE_DDI) || rules_have(RULE_SPECIAL_POOL))
        return NULL;
    for (unsigned i = 0; i < COUNT_OF(twins); i++)
        if (twins[i].kind == violation->kind && violation->irql >= twins[i].above)
            return ddi_rule(violation->rule != 0 ? violation->rule : twins[i].rule);
    return NULL;
}

/* The routine told last on this thread. */
static _Thread_local struct {
    const uintptr_t *frame;
    uintptr_t pc;
} told;

/* True when the chain of frames leads from `own` to the told routine: it is still at work, and
 * called this one. Our code keeps frame pointers; what others leave in theirs is never followed
 * beyond the told frame. */
READS_ANY_STACK static bool is_called_by_told(const uintptr_t *own)
{
    enum { FRAMES_MAX = 64 };
    for (unsigned i = 0; i < FRAMES_MAX && own < told.frame; i++) {
        const uintptr_t *above = (const uintptr_t *)own[0];
        if (above <= own || above > told.frame || (uintptr_t)above % sizeof *above != 0)
            return false;
        own = above;
    }
    return own == told.frame && own[1] == told.pc;
}

READS_ANY_STACK bool ddi_tell_once(const void *frame)
{
    const uintptr_t *own = frame;
    bool may_be_ours = !own_code_is_known() || own_code_has(own[1]);
    if (may_be_ours && told.frame != NULL && own != told.frame && is_called_by_told(own))
        return false;
    told.frame = own;
    told.pc = own[1];
    return true;
}

void ddi_judge(enum ddi_call call, const void *frame)
{
    unsigned irql = irql_current;
    char bytes[160];
    struct text text = TEXT_OVER(bytes);
    if (LIKELY(irql >= calls[call].lowest && irql <= calls[call].highest) ||
        hook_column() != COLUMN_VERIFIED || !ddi_tell_once(frame))
        return;
    const struct ddi_rule *rule = ddi_rule(calls[call].rule);
    text_add(&text, "Rule %s: %s %s.", rule->name, calls[call].routine, rule->text);
    struct violation violation = {
        .kind = VIOLATION_DDI_IRQL,
        .column = COLUMN_VERIFIED,
        .irql = irql,
        .rule = rule->number,
        .pc = unwind_caller(frame),
        .frame = frame,
        .detail = bytes,
    };
    violation_raise(&violation);
}
