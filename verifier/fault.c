#include "verifier/fault.h"

#include "pool/bugcheck.h"
#include "pool/exception.h"
#include "pool/pool.h"
#include "pool/pool_fault.h"
#include "verifier/modules.h"
#include "verifier/probe.h"

enum { STDERR = 2, ANY_ACCESS = -1 };

/* First match wins. What the kernel calls "kernel" is here the C library working for the
 * program. */
struct verdict_row {
    unsigned irql_least;
    int access; /* enum os_access, or ANY_ACCESS */
    unsigned places;
    enum violation_kind driver;
    enum violation_kind kernel;
};

#define BIT(place) (1u << (place))

#define IN_NO_PAGE    BIT(FAULT_SPECIAL_NO_PAGE)
#define IN_SPECIAL    (BIT(FAULT_SPECIAL_LIVE) | BIT(FAULT_SPECIAL_FREED) | IN_NO_PAGE)
#define IN_ANY_OF_OUR (IN_SPECIAL | BIT(FAULT_POOL))

static const struct verdict_row verdicts[] = {
    {IRQL_DISPATCH, ANY_ACCESS, IN_ANY_OF_OUR, VIOLATION_FAULT_IRQL_DRIVER,
     VIOLATION_FAULT_IRQL_KERNEL},
    {IRQL_PASSIVE, OS_EXECUTE, BIT(FAULT_SPECIAL_LIVE) | BIT(FAULT_POOL),
     VIOLATION_FAULT_NO_EXECUTE, VIOLATION_FAULT_NO_EXECUTE},
    {IRQL_PASSIVE, ANY_ACCESS, BIT(FAULT_SPECIAL_FREED), VIOLATION_FAULT_FREED_DRIVER,
     VIOLATION_FAULT_FREED_KERNEL},
    {IRQL_PASSIVE, ANY_ACCESS, IN_SPECIAL, VIOLATION_FAULT_BEYOND_DRIVER,
     VIOLATION_FAULT_BEYOND_KERNEL},
    {IRQL_PASSIVE, ANY_ACCESS, BIT(FAULT_POOL), VIOLATION_FAULT_IN_POOL, VIOLATION_FAULT_IN_POOL},
};

enum violation_kind fault_verdict(enum fault_place place, unsigned irql, enum os_access access,
                                  bool is_kernel)
{
    for (unsigned i = 0; i < COUNT_OF(verdicts); i++) {
        const struct verdict_row *row = &verdicts[i];
        bool fits_access = row->access == ANY_ACCESS || row->access == (int)access;
        if (irql >= row->irql_least && fits_access && (row->places & BIT(place)) != 0)
            return is_kernel ? row->kernel : row->driver;
    }
    return VIOLATION_KIND_COUNT;
}

static enum fault_place place_of(const void *address)
{
    static const enum fault_place places[] = {
        [SPECIAL_LIVE_PAGE] = FAULT_SPECIAL_LIVE,
        [SPECIAL_FREED_PAGE] = FAULT_SPECIAL_FREED,
        [SPECIAL_NO_PAGE] = FAULT_SPECIAL_NO_PAGE,
    };
    enum pool_kind kind;
    enum special_place place = special_place(address);
    if (place != SPECIAL_ELSEWHERE)
        return places[place];
    return pool_has(address, &kind) ? FAULT_POOL : FAULT_ELSEWHERE;
}

static _Noreturn void stop_unresumable(void)
{
    static const char message[] =
        "expool: this access cannot be passed over, only one made by expool_probe_read or "
        "expool_probe_write; the program ends here\n";
    os_write(STDERR, message, sizeof message - 1);
    os_abort();
}

static enum os_fault_verdict on_fault(const struct os_fault *fault, uintptr_t *resume)
{
    const void *address = (const void *)fault->address;
    if (pool_fault_pages_in(fault))
        return OS_FAULT_RETRY;
    bool is_probe = probe_is_at(fault->pc, resume);
    bool is_kernel = !is_probe && modules_is_kernel(fault->pc);
    enum violation_kind kind =
        fault_verdict(place_of(address), irql_current, fault->access, is_kernel);
    if (kind == VIOLATION_KIND_COUNT)
        return exception_on_fault(fault, resume);
    uintptr_t caller = os_fault_caller(fault);
    struct violation violation = {
        .kind = kind,
        .column = COLUMN_SPECIAL,
        .address = address,
        .access = fault->access,
        .irql = irql_current,
        .pc = caller != 0 ? caller : fault->pc,
        .fault_frame = (const void *)fault->frame,
    };
    special_tell(address, &violation.story);
    violation_raise(&violation);
    if (!is_probe)
        stop_unresumable();
    return OS_FAULT_RESUME_AT;
}

bool fault_start(void)
{
    static bool is_started;
    if (!is_started)
        is_started = os_on_fault(on_fault);
    return is_started;
}
