#include "pool/pool_fault.h"

#include "pool/bugcheck.h"
#include "pool/exception.h"
#include "pool/pager.h"
#include "pool/pool.h"

enum { STDERR = 2 };

bool pool_fault_pages_in(const struct os_fault *fault)
{
    const void *address = (const void *)fault->address;
    enum pool_kind kind;
    if (fault->access == OS_EXECUTE || !pool_has(address, &kind) || !pool_is_paged(kind))
        return false;
    bool is_allowed = irql_current < IRQL_DISPATCH || bugcheck_is_reporting();
    if (!is_allowed && pager_has_out(address))
        return false;
    return pager_bring_in(address);
}

static enum violation_kind verdict(const struct os_fault *fault)
{
    if (irql_current >= IRQL_DISPATCH)
        return VIOLATION_FAULT_IRQL_DRIVER;
    return fault->access == OS_EXECUTE ? VIOLATION_FAULT_NO_EXECUTE : VIOLATION_FAULT_IN_POOL;
}

/* Nobody can say what the program would read here. */
static _Noreturn void stop_unresumable(void)
{
    static const char message[] = "expool: this access cannot be passed over; the program ends "
                                  "here\n";
    os_write(STDERR, message, sizeof message - 1);
    os_abort();
}

static enum os_fault_verdict on_fault(const struct os_fault *fault, uintptr_t *resume)
{
    enum pool_kind kind;
    if (pool_fault_pages_in(fault))
        return OS_FAULT_RETRY;
    if (!pool_has((const void *)fault->address, &kind))
        return exception_on_fault(fault, resume);
    uintptr_t caller = os_fault_caller(fault);
    struct violation violation = {
        .kind = verdict(fault),
        .column = COLUMN_PLAIN,
        .address = (const void *)fault->address,
        .access = fault->access,
        .irql = irql_current,
        .pc = caller != 0 ? caller : fault->pc,
        .fault_frame = (const void *)fault->frame,
    };
    violation_raise(&violation);
    stop_unresumable();
}

bool pool_fault_start(void)
{
    return os_on_fault_else(on_fault); /* the verifier, once it has run, keeps its own */
}
