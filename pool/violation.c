#include "pool/violation.h"

#include "pool/ddi.h"
#include "pool/util.h"
#include "pool/violation_rules.h"

enum { DDI_CODE = 0xC4 };

static const struct {
    uint32_t code;
    const char *name;
} stops[] = {
    {0x01, "APC_INDEX_MISMATCH"},
    {0x09, "IRQL_NOT_GREATER_OR_EQUAL"},
    {0x0A, "IRQL_NOT_LESS_OR_EQUAL"},
    {0x0C, "MAXIMUM_WAIT_OBJECTS_EXCEEDED"},
    {0x0F, "SPIN_LOCK_ALREADY_OWNED"},
    {0x10, "SPIN_LOCK_NOT_OWNED"},
    {0x11, "THREAD_NOT_MUTEX_OWNER"},
    {0x18, "REFERENCE_BY_POINTER"},
    {0x19, "BAD_POOL_HEADER"},
    {0x1A, "MEMORY_MANAGEMENT"},
    {0x1E, "KMODE_EXCEPTION_NOT_HANDLED"},
    {0x20, "KERNEL_APC_PENDING_DURING_EXIT"},
    {0x35, "NO_MORE_IRP_STACK_LOCATIONS"},
    {0x41, "MUST_SUCCEED_POOL_EMPTY"},
    {0x44, "MULTIPLE_IRP_COMPLETE_REQUESTS"},
    {0x4E, "PFN_LIST_CORRUPT"},
    {0x50, "PAGE_FAULT_IN_NONPAGED_AREA"},
    {0x7E, "SYSTEM_THREAD_EXCEPTION_NOT_HANDLED"},
    {0xAB, "SESSION_HAS_VALID_POOL_ON_EXIT"},
    {0xB8, "ATTEMPTED_SWITCH_FROM_DPC"},
    {0xBE, "ATTEMPTED_WRITE_TO_READONLY_MEMORY"},
    {0xBF, "MUTEX_ALREADY_OWNED"},
    {0xC1, "SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION"},
    {0xC2, "BAD_POOL_CALLER"},
    {0xC4, "DRIVER_VERIFIER_DETECTED_VIOLATION"},
    {0xC5, "DRIVER_CORRUPTED_EXPOOL"},
    {0xC6, "DRIVER_CAUGHT_MODIFYING_FREED_POOL"},
    {0xC7, "TIMER_OR_DPC_INVALID"},
    {0xC8, "IRQL_UNEXPECTED_VALUE"},
    {0xCB, "DRIVER_LEFT_LOCKED_PAGES_IN_PROCESS"},
    {0xCC, "PAGE_FAULT_IN_FREED_SPECIAL_POOL"},
    {0xCD, "PAGE_FAULT_BEYOND_END_OF_ALLOCATION"},
    {0xCE, "DRIVER_UNLOADED_WITHOUT_CANCELLING_PENDING_OPERATIONS"},
    {0xD0, "DRIVER_CORRUPTED_MMPOOL"},
    {0xD1, "DRIVER_IRQL_NOT_LESS_OR_EQUAL"},
    {0xD3, "DRIVER_PORTION_MUST_BE_NONPAGED"},
    {0xD4, "SYSTEM_SCAN_AT_RAISED_IRQL_CAUGHT_IMPROPER_DRIVER_UNLOAD"},
    {0xD5, "DRIVER_PAGE_FAULT_IN_FREED_SPECIAL_POOL"},
    {0xD6, "DRIVER_PAGE_FAULT_BEYOND_END_OF_ALLOCATION"},
    {0xE1, "WORKER_THREAD_RETURNED_AT_BAD_IRQL"},
    {0xE2, "MANUALLY_INITIATED_CRASH"},
    {0xE3, "RESOURCE_NOT_OWNED"},
    {0xE4, "WORKER_INVALID"},
    {0xEC, "SESSION_HAS_VALID_SPECIAL_POOL_ON_EXIT"},
    {0xFC, "ATTEMPTED_EXECUTE_OF_NOEXECUTE_MEMORY"},
    {0x139, "KERNEL_SECURITY_CHECK_FAILURE"},
    {0x13A, "KERNEL_MODE_HEAP_CORRUPTION"},
    {0x4000008A, "THREAD_TERMINATE_HELD_MUTEX"},
};

enum { CODE_VERIFIER = 0xC4 };

static uint64_t cook(enum recipe recipe, const struct violation *violation, uint32_t subcode)
{
    switch (recipe) {
    case ZERO: return 0;
    case SUBCODE: return subcode;
    case ADDRESS: return (uintptr_t)violation->address;
    case OTHER: return (uintptr_t)violation->other;
    case HEADER: return (uintptr_t)violation->header;
    case CONTENTS: return violation->contents;
    case SIZE: return violation->size_bytes;
    case EXPECTED: return violation->expected;
    case FOUND: return violation->found;
    case POOL_TYPE: return violation->pool_type;
    case TAG: return violation->tag;
    case TAG_GIVEN: return violation->tag_given;
    case STATUS: return violation->status;
    case IRQL: return violation->irql;
    case ACCESS: return violation->access;
    case ACCESS_BITS: return (uint64_t)violation->access * 2;
    case PC: return violation->pc;
    case HEAP: return (uintptr_t)violation->heap;
    }
    return 0;
}

static struct stop ddi_stop(const struct ddi_rule *rule)
{
    return (struct stop){.code = DDI_CODE,
                         .parameter = {rule->number, (uintptr_t)rule->text},
                         .subcode = rule->number,
                         .has_subcode = true,
                         .name = stop_name(DDI_CODE)};
}

bool violation_stop(const struct violation *violation, struct stop *stop)
{
    const struct stop_row *row = &violation_rules[violation->kind].stop[violation->column];
    const struct stop_row *segment = &violation_segment_stops[violation->kind];
    if (violation->heap != NULL && segment->code != 0 && row->code != CODE_VERIFIER)
        row = segment;
    if (row->code == 0)
        return false;
    bool is_ddi = violation->kind == VIOLATION_DDI_IRQL || violation->kind == VIOLATION_DDI_PAIRING;
    const struct ddi_rule *rule = is_ddi ? ddi_rule(violation->rule) : ddi_instead_of(violation);
    if (rule != NULL) {
        *stop = ddi_stop(rule);
        return true;
    }
    uint32_t subcode = row->subcode != 0 ? row->subcode : violation->rule;
    *stop = (struct stop){.code = row->code, .subcode = subcode, .name = stop_name(row->code)};
    for (unsigned i = 0; i < COUNT_OF(stop->parameter); i++) {
        stop->parameter[i] = cook(row->recipe[i], violation, subcode);
        stop->has_subcode |= row->recipe[i] == SUBCODE;
    }
    if (!stop->has_subcode)
        stop->subcode = row->subcode;
    return true;
}

const char *violation_rule(enum violation_kind kind)
{
    return violation_rules[kind].rule;
}

const char *violation_title(enum violation_kind kind)
{
    return violation_rules[kind].title;
}

const char *violation_advice(enum violation_kind kind)
{
    return violation_rules[kind].advice;
}

const char *stop_name(uint32_t code)
{
    for (unsigned i = 0; i < COUNT_OF(stops); i++)
        if (stops[i].code == code)
            return stops[i].name;
    return "UNKNOWN";
}
