#include "pool/pool_fault.h"

#include "pool/bugcheck.h"
#include "pool/exception.h"
#include "pool/fault_verdict.h"
#include "pool/pager.h"
#include "pool/pool.h"
#include "pool/pool_code.h"

enum { STDERR = 2 };

HIDDEN _Thread_local unsigned char pool_code_current TLS_FAST;

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
    if (pool_fault_pages_in(fault))
        return OS_FAULT_RETRY;
    struct fault_facts facts = {.place = fault_place_in_pool((const void *)fault->address),
                                .code = fault_code_of_thread(FAULT_BY_DRIVER),
                                .irql = irql_current,
                                .access = fault->access};
    /* What is not the pool's is the program's own affair: nobody watches over drivers here. */
    bool is_ours = facts.place != FAULT_ELSEWHERE || facts.code != FAULT_BY_DRIVER;
    enum violation_kind kind = is_ours ? fault_verdict(&facts) : VIOLATION_KIND_COUNT;
    if (kind == VIOLATION_KIND_COUNT)
        return exception_on_fault(fault, resume);
    struct violation violation = fault_violation(kind, &facts, fault);
    pool_code_leave();
    violation_raise(&violation);
    stop_unresumable();
}

bool pool_fault_start(void)
{
    return os_on_fault_else(on_fault); /* the verifier, once it has run, keeps its own */
}
