#include "verifier/fault.h"

#include "pool/bugcheck.h"
#include "pool/drivers.h"
#include "pool/exception.h"
#include "pool/fault_verdict.h"
#include "pool/options.h"
#include "pool/os_pager.h"
#include "pool/pool.h"
#include "pool/pool_code.h"
#include "pool/pool_fault.h"
#include "verifier/force_irql.h"
#include "verifier/modules.h"
#include "verifier/probe.h"
#include "verifier/special.h"

#include <stdatomic.h>

enum { STDERR = 2 };

/* Only images that hold drivers concern us: any other program's faults are its own. */
static bool holds_driver(const struct module *module)
{
    struct driver_row driver;
    for (unsigned i = 0; module != NULL && drivers_read(i, &driver); i++)
        if (driver.entry >= module->start && driver.entry < module->end)
            return true;
    return false;
}

/* Behind the end of the memory that the image takes, or a hole in it, is no part of it. */
static bool is_readable(const void *address)
{
    unsigned char byte;
    return os_peek(&byte, address, sizeof byte);
}

static enum fault_place place_in_image(const void *address)
{
    const struct module *module = modules_of((uintptr_t)address);
    if (!holds_driver(module))
        return FAULT_ELSEWHERE;
    if (modules_is_unloaded(module))
        return FAULT_UNLOADED_IMAGE;
    return is_readable(address) ? FAULT_DRIVER_IMAGE : FAULT_ELSEWHERE;
}

static enum fault_place place_of(const void *address)
{
    static const enum fault_place places[] = {
        [SPECIAL_LIVE_PAGE] = FAULT_SPECIAL_LIVE,
        [SPECIAL_FREED_PAGE] = FAULT_SPECIAL_FREED,
        [SPECIAL_NO_PAGE] = FAULT_SPECIAL_NO_PAGE,
    };
    enum special_place special_at = special_place(address);
    if (special_at != SPECIAL_ELSEWHERE)
        return places[special_at];
    enum fault_place place = fault_place_in_pool(address);
    return place != FAULT_ELSEWHERE ? place : place_in_image(address);
}

static enum fault_code code_of(const struct os_fault *fault, bool is_probe)
{
    const struct module *module = modules_of(fault->pc);
    if (is_probe)
        return FAULT_BY_DRIVER;
    if (module == NULL)
        return fault_code_of_thread(FAULT_BY_DRIVER);
    if (fault->access == OS_EXECUTE && holds_driver(module) && modules_is_unloaded(module))
        return FAULT_BY_UNLOADED;
    return fault_code_of_thread(module->class == MODULE_LIBRARY ? FAULT_BY_LIBRARY
                                                                : FAULT_BY_DRIVER);
}

static _Noreturn void stop_unresumable(void)
{
    static const char message[] =
        "expool: this access cannot be passed over, only one made by expool_probe_read or "
        "expool_probe_write; the program ends here\n";
    os_write(STDERR, message, sizeof message - 1);
    os_abort();
}

/* verify=exact gives blocks the alignment that their size leaves, which vector instructions may not
 * like: no mistake of the program's. It ends as it would. */
static void advise_alignment(const struct os_fault *fault)
{
    static const char message[] =
        "expool: a fault without an address under verify=exact: this program seems to need blocks "
        "aligned to 16 bytes; run it with verify=end\n";
    static atomic_flag is_said = ATOMIC_FLAG_INIT;
    bool may_be = fault->is_unaddressed && options.verify == OPTION_VERIFY_EXACT;
    if (may_be && !atomic_flag_test_and_set(&is_said))
        os_write(STDERR, message, sizeof message - 1);
}

static enum os_fault_verdict on_fault(const struct os_fault *fault, uintptr_t *resume)
{
    const void *address = (const void *)fault->address;
    enum force_irql_answer answer = force_irql_fault(fault);
    if (answer == FORCE_IRQL_RETRY)
        return OS_FAULT_RETRY;
    if (answer != FORCE_IRQL_REFUSE && pool_fault_pages_in(fault))
        return OS_FAULT_RETRY;
    bool is_probe = probe_is_at(fault->pc, resume);
    struct fault_facts facts = {.place = place_of(address),
                                .code = code_of(fault, is_probe),
                                .irql = irql_current,
                                .access = fault->access};
    enum violation_kind kind = fault_verdict(&facts);
    if (kind == VIOLATION_KIND_COUNT && !bugcheck_is_reporting()) {
        advise_alignment(fault);
        return exception_on_fault(fault, resume);
    }
    if (kind == VIOLATION_KIND_COUNT)
        kind = VIOLATION_FAULT_IN_POOL; /* our own, in a report: ends it with the numbers */
    struct violation violation = fault_violation(kind, &facts, fault);
    violation.column = COLUMN_SPECIAL;
    special_tell(address, &violation.story);
    pool_code_leave(); /* a host may go on from here */
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
