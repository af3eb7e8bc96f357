#include "fuzz/forms.h"

#include <wdm.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#define LEFT_ALONE    POOL_FLAG_FAIL_ON_LOW_RESERVATION
#define OF_NO_MEANING (POOL_FLAG_OPTIONAL_END | UINT64_C(0x123400000000))
enum { LOW = LowPoolPriority, NORMAL = NormalPoolPriority, HIGH = HighPoolPriority };

static const struct form plain = {.call = CALL_TAG};
static const struct form zero = {.call = CALL_ZERO, .traits = TRAIT_ZEROED};
static const struct form quota = {
    .call = CALL_QUOTA_TAG, .traits = TRAIT_CHARGED, .bits = POOL_QUOTA_FAIL_INSTEAD_OF_RAISE};

static const struct form flags[] = {
    {.call = CALL_2, .flags = POOL_FLAG_UNINITIALIZED},
    {.call = CALL_2, .traits = TRAIT_ZEROED},
};

static const struct form priorities[] = {
    {.call = CALL_PRIORITY, .traits = TRAIT_MODEST, .priority = LOW},
    {.call = CALL_PRIORITY, .traits = TRAIT_NORMAL, .priority = NORMAL},
    {.call = CALL_PRIORITY, .priority = HIGH},
};

#define THREE(modest, level, set)                                                                  \
    {                                                                                              \
        .call = CALL_3, .traits = TRAIT_ZEROED | (modest), .priority = (level),                    \
        .parameters = (set)                                                                        \
    }

static const struct form parameters[][3] = {
    {THREE(0, LOW, PARAMETERS_NONE), THREE(0, NORMAL, PARAMETERS_NONE),
     THREE(0, HIGH, PARAMETERS_NONE)},
    {THREE(TRAIT_MODEST, LOW, PARAMETERS_PRIORITY),
     THREE(TRAIT_NORMAL, NORMAL, PARAMETERS_PRIORITY), THREE(0, HIGH, PARAMETERS_PRIORITY)},
    {THREE(TRAIT_MODEST, LOW, PARAMETERS_PRIORITY_OPTIONAL),
     THREE(TRAIT_NORMAL, NORMAL, PARAMETERS_PRIORITY_OPTIONAL),
     THREE(0, HIGH, PARAMETERS_PRIORITY_OPTIONAL)},
};

/* By aux of OP_ALLOC_FORM. */
static const struct form forms[] = {
    {.call = CALL_POOL, .traits = TRAIT_TAGLESS},
    {.call = CALL_UNINITIALIZED},
    {.call = CALL_TAG, .traits = TRAIT_ZEROED, .bits = POOL_ZERO_ALLOCATION},
    {.call = CALL_TAG, .traits = TRAIT_RAISES, .bits = POOL_RAISE_IF_ALLOCATION_FAILURE},
    {.call = CALL_TAG, .bits = POOL_COLD_ALLOCATION},
    {.call = CALL_TAG, .bits = NonPagedPoolSession},
    {.call = CALL_TAG, .traits = TRAIT_PROTECTED},
    {.call = CALL_2, .traits = TRAIT_ZEROED | TRAIT_PROTECTED},
    {.call = CALL_2, .traits = TRAIT_ZEROED | TRAIT_SPECIAL, .flags = POOL_FLAG_SPECIAL_POOL},
    {.call = CALL_2, .traits = TRAIT_ZEROED | TRAIT_RAISES, .flags = POOL_FLAG_RAISE_ON_FAILURE},
    {.call = CALL_2, .traits = TRAIT_ZEROED | TRAIT_CHARGED, .flags = POOL_FLAG_USE_QUOTA},
    {.call = CALL_2,
     .traits = TRAIT_CHARGED | TRAIT_RAISES,
     .flags = POOL_FLAG_USE_QUOTA | POOL_FLAG_RAISE_ON_FAILURE | POOL_FLAG_UNINITIALIZED},
    {.call = CALL_2, .traits = TRAIT_ZEROED, .flags = POOL_FLAG_ZERO | POOL_FLAG_UNINITIALIZED},
    {.call = CALL_ZERO,
     .traits = TRAIT_ZEROED | TRAIT_RAISES,
     .bits = POOL_RAISE_IF_ALLOCATION_FAILURE},
    {.call = CALL_QUOTA, .traits = TRAIT_TAGLESS | TRAIT_CHARGED | TRAIT_RAISES},
    {.call = CALL_QUOTA_TAG, .traits = TRAIT_CHARGED | TRAIT_RAISES},
    {.call = CALL_QUOTA_ZERO,
     .traits = TRAIT_CHARGED | TRAIT_ZEROED,
     .bits = POOL_QUOTA_FAIL_INSTEAD_OF_RAISE},
    {.call = CALL_QUOTA_UNINITIALIZED, .traits = TRAIT_CHARGED | TRAIT_RAISES},
    {.call = CALL_PRIORITY_ZERO, .traits = TRAIT_ZEROED | TRAIT_NORMAL, .priority = NORMAL},
    {.call = CALL_PRIORITY_UNINITIALIZED, .traits = TRAIT_MODEST, .priority = LOW},
    {.call = CALL_PRIORITY,
     .traits = TRAIT_MODEST | TRAIT_AT_END,
     .priority = LowPoolPrioritySpecialPoolOverrun},
    {.call = CALL_PRIORITY,
     .traits = TRAIT_NORMAL | TRAIT_AT_START,
     .priority = NormalPoolPrioritySpecialPoolUnderrun},
    {.call = CALL_PRIORITY,
     .traits = TRAIT_AT_START,
     .priority = HighPoolPrioritySpecialPoolUnderrun},
    {.call = CALL_3,
     .traits = TRAIT_ZEROED,
     .priority = HIGH,
     .parameters = PARAMETERS_LAST_COUNTS},
    {.call = CALL_3, .traits = TRAIT_ZEROED | TRAIT_NODE, .parameters = PARAMETERS_NODE},
    {.call = CALL_3,
     .traits = TRAIT_NODE,
     .flags = POOL_FLAG_UNINITIALIZED,
     .parameters = PARAMETERS_ANY_NODE},
    {.call = CALL_3, .traits = TRAIT_ZEROED, .parameters = PARAMETERS_SECURE_OPTIONAL},
    {.call = CALL_3,
     .traits = TRAIT_CHARGED | TRAIT_RAISES | TRAIT_ZEROED,
     .flags = POOL_FLAG_USE_QUOTA | POOL_FLAG_RAISE_ON_FAILURE},
    {.call = CALL_FSRTL, .traits = TRAIT_TAGLESS | TRAIT_RAISES},
    {.call = CALL_FSRTL_TAG, .traits = TRAIT_RAISES},
    {.call = CALL_FSRTL_QUOTA, .traits = TRAIT_TAGLESS | TRAIT_CHARGED | TRAIT_RAISES},
    {.call = CALL_FSRTL_QUOTA_TAG, .traits = TRAIT_CHARGED | TRAIT_RAISES},
};

/* By aux of OP_ALLOC_MORE. */
static const struct form more[] = {
    {.call = CALL_2, .traits = TRAIT_ZEROED | TRAIT_MODEST, .flags = LEFT_ALONE},
    {.call = CALL_2,
     .traits = TRAIT_ZEROED | TRAIT_MODEST | TRAIT_RAISES,
     .flags = LEFT_ALONE | POOL_FLAG_RAISE_ON_FAILURE},
    {.call = CALL_2, .traits = TRAIT_MODEST, .flags = LEFT_ALONE | POOL_FLAG_UNINITIALIZED},
    {.call = CALL_3,
     .traits = TRAIT_ZEROED | TRAIT_MODEST,
     .flags = LEFT_ALONE,
     .priority = HIGH,
     .parameters = PARAMETERS_PRIORITY},
    {.call = CALL_3, .traits = TRAIT_ZEROED, .parameters = PARAMETERS_PASSED_OVER},
    {.call = CALL_3,
     .traits = TRAIT_ZEROED | TRAIT_MODEST,
     .priority = LOW,
     .parameters = PARAMETERS_PASSED_THEN_PRIORITY},
    {.call = CALL_3, .traits = TRAIT_ZEROED, .parameters = PARAMETERS_NODE_OPTIONAL},
    {.call = CALL_3,
     .traits = TRAIT_NODE | TRAIT_RAISES,
     .flags = POOL_FLAG_UNINITIALIZED | POOL_FLAG_RAISE_ON_FAILURE,
     .parameters = PARAMETERS_TWO_NODES},
    {.call = CALL_TAG, .traits = TRAIT_EDGE_TAG},
    {.call = CALL_2, .traits = TRAIT_EDGE_TAG | TRAIT_ZEROED},
    {.call = CALL_QUOTA_TAG, .traits = TRAIT_EDGE_TAG | TRAIT_CHARGED | TRAIT_RAISES},
    {.call = CALL_PRIORITY_ZERO,
     .traits = TRAIT_ZEROED | TRAIT_MODEST | TRAIT_AT_START,
     .priority = LowPoolPrioritySpecialPoolUnderrun},
    {.call = CALL_PRIORITY,
     .traits = TRAIT_NORMAL | TRAIT_AT_END,
     .priority = NormalPoolPrioritySpecialPoolOverrun},
    {.call = CALL_PRIORITY_UNINITIALIZED,
     .traits = TRAIT_AT_END,
     .priority = HighPoolPrioritySpecialPoolOverrun},
    {.call = CALL_PRIORITY,
     .traits = TRAIT_MODEST | TRAIT_RAISES,
     .bits = POOL_RAISE_IF_ALLOCATION_FAILURE,
     .priority = LOW},
    {.call = CALL_PRIORITY_ZERO,
     .traits = TRAIT_ZEROED | TRAIT_NORMAL | TRAIT_RAISES,
     .bits = POOL_RAISE_IF_ALLOCATION_FAILURE,
     .priority = NORMAL},
    {.call = CALL_TAG, .traits = TRAIT_NO_EXECUTE, .bits = POOL_NX_ALLOCATION},
    {.call = CALL_ZERO,
     .traits = TRAIT_ZEROED | TRAIT_NO_EXECUTE,
     .bits = POOL_NX_ALLOCATION | POOL_COLD_ALLOCATION},
    {.call = CALL_UNINITIALIZED, .bits = POOL_QUOTA_FAIL_INSTEAD_OF_RAISE},
    {.call = CALL_POOL,
     .traits = TRAIT_TAGLESS | TRAIT_RAISES | TRAIT_ZEROED,
     .bits = POOL_RAISE_IF_ALLOCATION_FAILURE | POOL_ZERO_ALLOCATION},
    {.call = CALL_QUOTA_TAG,
     .traits = TRAIT_CHARGED,
     .bits = POOL_QUOTA_FAIL_INSTEAD_OF_RAISE | POOL_RAISE_IF_ALLOCATION_FAILURE},
    {.call = CALL_QUOTA,
     .traits = TRAIT_CHARGED | TRAIT_TAGLESS,
     .bits = POOL_QUOTA_FAIL_INSTEAD_OF_RAISE},
    {.call = CALL_QUOTA_ZERO, .traits = TRAIT_CHARGED | TRAIT_ZEROED | TRAIT_RAISES},
    {.call = CALL_QUOTA_UNINITIALIZED,
     .traits = TRAIT_CHARGED | TRAIT_PROTECTED,
     .bits = POOL_QUOTA_FAIL_INSTEAD_OF_RAISE},
    {.call = CALL_PRIORITY,
     .traits = TRAIT_PROTECTED | TRAIT_AT_START,
     .priority = HighPoolPrioritySpecialPoolUnderrun},
    {.call = CALL_2, .traits = TRAIT_ZEROED, .flags = OF_NO_MEANING},
    {.call = CALL_3,
     .traits = TRAIT_SPECIAL | TRAIT_RAISES,
     .flags = POOL_FLAG_SPECIAL_POOL | POOL_FLAG_RAISE_ON_FAILURE | POOL_FLAG_UNINITIALIZED},
    {.call = CALL_2,
     .traits = TRAIT_SPECIAL | TRAIT_CHARGED | TRAIT_ZEROED,
     .flags = POOL_FLAG_SPECIAL_POOL | POOL_FLAG_USE_QUOTA},
    {.call = CALL_FSRTL_TAG, .traits = TRAIT_RAISES | TRAIT_PROTECTED},
    {.call = CALL_FSRTL,
     .traits = TRAIT_RAISES | TRAIT_TAGLESS | TRAIT_ZEROED,
     .bits = POOL_ZERO_ALLOCATION},
    {.call = CALL_FSRTL_QUOTA_TAG,
     .traits = TRAIT_RAISES | TRAIT_CHARGED,
     .bits = POOL_QUOTA_FAIL_INSTEAD_OF_RAISE},
};

const struct form *form_of(const struct op *op)
{
    enum { HAS_PARAMETER = 0x40, IS_OPTIONAL = 0x80 };
    switch (op->kind) {
    case OP_ALLOC2: return &flags[op->aux % 4 != 0];
    case OP_ALLOC_ZERO: return &zero;
    case OP_ALLOC_PRIORITY: return &priorities[op->aux % COUNT_OF(priorities)];
    case OP_ALLOC_QUOTA: return &quota;
    case OP_ALLOC3:
        if ((op->aux & HAS_PARAMETER) == 0)
            return &parameters[0][op->aux % 3];
        return &parameters[(op->aux & IS_OPTIONAL) != 0 ? 2 : 1][op->aux % 3];
    case OP_ALLOC_FORM: return &forms[op->aux % COUNT_OF(forms)];
    case OP_ALLOC_MORE: return &more[op->aux % COUNT_OF(more)];
    default: return &plain;
    }
}
