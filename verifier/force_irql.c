#include "verifier/force_irql.h"

#include "pool/bugcheck.h"
#include "pool/counters.h"
#include "pool/fork.h"
#include "pool/heap.h"
#include "pool/os_guard.h"
#include "pool/pager.h"
#include "pool/pool.h"
#include "pool/pool_code.h"
#include "pool/rules.h"
#include "verifier/extras.h"
#include "verifier/special.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>

enum { MAPPINGS_PERCENT = 20 /* of the system's limit; a trimmed block may cost two */ };

enum block_state { REACHABLE, TRIMMED, BEING_FREED };

static struct {
    _Atomic bool is_locked;
    _Atomic bool was_used;     /* something was trimmed, once */
    _Atomic bool pool_opened;  /* a page of the ordinary pool may be reachable */
    _Atomic uint64_t page_ins; /* as the pager counted at the last trim: each is reachable again */
    _Atomic uint32_t opened_count;
    uint32_t *opened;          /* units of paged blocks reachable since the last trim */
    uint8_t *state;            /* enum block_state, by unit */
    _Atomic uint64_t openings; /* how often a trimmed block was made reachable */
    uint32_t trimmed;
    uint32_t trimmed_max;
} force = {.pool_opened = true};

static void take(void)
{
    while (atomic_exchange_explicit(&force.is_locked, true, memory_order_acquire))
        os_yield();
}

static void drop(void)
{
    atomic_store_explicit(&force.is_locked, false, memory_order_release);
}

bool force_irql_start(void)
{
    if (force.state != NULL)
        return true;
    force.opened = os_table(space.units * sizeof force.opened[0]);
    force.trimmed_max = (uint32_t)(os_map_limit() / 100 * MAPPINGS_PERCENT);
    force.state = force.opened == NULL ? NULL : os_table(space.units);
    return force.state != NULL;
}

/* A program's other threads may be anywhere: a child of a fork begins with the lock free. */
__attribute__((constructor(103))) static void start_fork(void)
{
    pthread_atfork(take, drop, drop);
}

static void block_pages(uint32_t unit, unsigned char **data, size_t *bytes)
{
    *data = space_data(unit);
    *bytes = slot_pages(slot_facts(space_slot(unit)).size_bytes) * PAGE_BYTES;
}

static bool is_live_paged(uint32_t unit)
{
    struct slot_facts facts = slot_facts(space_slot(unit));
    return facts.state == SLOT_LIVE && pool_is_paged((enum pool_kind)facts.kind);
}

static void note_opened_locked(uint32_t unit)
{
    uint32_t count = atomic_load_explicit(&force.opened_count, memory_order_relaxed);
    if (count == space.units)
        return; /* more than there are blocks: it is in there */
    force.opened[count] = unit;
    atomic_store_explicit(&force.opened_count, count + 1, memory_order_relaxed);
}

static void trim_block_locked(uint32_t unit)
{
    unsigned char *data;
    size_t bytes;
    if (force.state[unit] != REACHABLE || !is_live_paged(unit) ||
        force.trimmed >= force.trimmed_max)
        return;
    block_pages(unit, &data, &bytes);
    if (!os_deny(data, bytes))
        return;
    force.state[unit] = TRIMMED;
    force.trimmed++;
}

static void open_block_locked(uint32_t unit, enum block_state state)
{
    unsigned char *data;
    size_t bytes;
    if (force.state[unit] == TRIMMED) {
        block_pages(unit, &data, &bytes);
        INVARIANT(os_allow(data, bytes, false));
        force.trimmed--;
        atomic_fetch_add(&force.openings, 1);
    }
    force.state[unit] = (uint8_t)state;
}

static void trim_special(void)
{
    if (atomic_load_explicit(&force.opened_count, memory_order_relaxed) == 0)
        return;
    take();
    uint32_t count = atomic_load(&force.opened_count);
    for (uint32_t i = 0; i < count; i++)
        trim_block_locked(force.opened[i]);
    atomic_store(&force.opened_count, 0);
    drop();
}

static bool pool_is_reachable(void)
{
    return atomic_load_explicit(&force.pool_opened, memory_order_relaxed) ||
           atomic_load_explicit(&force.page_ins, memory_order_relaxed) != pager_page_ins();
}

static void trim_pool(void)
{
    if (!pool_is_reachable())
        return;
    atomic_store(&force.pool_opened, false);
    atomic_store(&force.page_ins, pager_page_ins());
    const struct pages *pages = &pool_heap(POOL_PAGED)->pages;
    size_t frontier = __atomic_load_n(&pages->frontier, __ATOMIC_RELAXED);
    if (frontier > 0)
        (void)os_deny(pages->start, frontier * PAGE_BYTES);
}

static NOINLINE void trim(void)
{
    bool has_any =
        pool_is_reachable() || atomic_load_explicit(&force.opened_count, memory_order_relaxed) != 0;
    int saved = errno;
    COUNT(trim_requests);
    if (!has_any)
        return;
    COUNT(trims);
    atomic_store(&force.was_used, true);
    extras_set(EXTRA_TRIMS, true);
    trim_pool();
    trim_special();
    errno = saved;
}

void force_irql_changed(unsigned from, unsigned to)
{
    if (to <= from)
        return;
    COUNT(irql_raises);
    if (from < IRQL_DISPATCH && to >= IRQL_DISPATCH && rules_have(RULE_IRQL) && force.state != NULL)
        trim();
}

void force_irql_asked(void)
{
    atomic_store_explicit(&force.pool_opened, true, memory_order_relaxed);
}

void force_irql_allocated(const struct request *request, const void *block)
{
    if (!pool_is_paged(request->kind) || force.state == NULL)
        return;
    uint32_t unit = special_head(block);
    take();
    force.state[unit] = REACHABLE;
    note_opened_locked(unit);
    drop();
}

static bool find_paged(const void *address, uint32_t *unit)
{
    if (!atomic_load_explicit(&force.was_used, memory_order_relaxed) || !space_has(address))
        return false;
    *unit = special_head(address);
    return *unit != UNIT_NONE && is_live_paged(*unit);
}

void force_irql_freeing(const void *address)
{
    uint32_t unit;
    if (!find_paged(address, &unit))
        return;
    take();
    open_block_locked(unit, BEING_FREED);
    drop();
}

static void open_unit(uint32_t unit, void *context)
{
    (void)context;
    take();
    open_block_locked(unit, REACHABLE);
    drop();
}

void force_irql_freeing_all(void)
{
    if (atomic_load(&force.was_used))
        special_each_live(open_unit, NULL);
}

/* A free that was refused leaves the block where it was. */
void force_irql_freed(const void *address)
{
    uint32_t unit;
    if (!find_paged(address, &unit))
        return;
    take();
    if (force.state[unit] == BEING_FREED) {
        force.state[unit] = REACHABLE;
        note_opened_locked(unit);
    }
    drop();
}

/* The pool's own code, and a report, may look at any time. */
static bool may_touch(void)
{
    return irql_current < IRQL_DISPATCH || !rules_have(RULE_IRQL) || bugcheck_is_reporting() ||
           pool_code_current != POOL_CODE_NONE;
}

static enum force_irql_answer open_pool_page(const void *address)
{
    const struct pages *pages = &pool_heap(POOL_PAGED)->pages;
    size_t index = pages_index(pages, address);
    if (index >= __atomic_load_n(&pages->frontier, __ATOMIC_RELAXED) || pager_has_out(address) ||
        (pages->protects && pages_use(pages, index) == PAGE_FREE))
        return FORCE_IRQL_NOT_OURS;
    if (!may_touch())
        return FORCE_IRQL_REFUSE;
    atomic_store(&force.pool_opened, true);
    return os_allow((void *)page_start(address), PAGE_BYTES, false) ? FORCE_IRQL_RETRY
                                                                    : FORCE_IRQL_NOT_OURS;
}

/* False: it was not away, or is not any more. */
static bool open_trimmed(uint32_t unit)
{
    take();
    bool is_trimmed = force.state[unit] == TRIMMED;
    if (is_trimmed) {
        open_block_locked(unit, REACHABLE);
        note_opened_locked(unit);
    }
    drop();
    return is_trimmed;
}

/* Another thread's fault may have brought the block back since: then the same access goes through.
 * One that comes again, while nothing was brought back, has another reason. */
static bool is_back(const struct os_fault *fault)
{
    static _Thread_local struct {
        uintptr_t address;
        uint64_t openings;
    } retried TLS_FAST;
    uint64_t openings = atomic_load(&force.openings);
    bool is_again = retried.address == fault->address && retried.openings == openings;
    retried.address = fault->address;
    retried.openings = openings;
    return !is_again;
}

enum force_irql_answer force_irql_fault(const struct os_fault *fault)
{
    const void *address = (const void *)fault->address;
    enum pool_kind kind;
    uint32_t unit;
    if (fault->access == OS_EXECUTE || !atomic_load(&force.was_used))
        return FORCE_IRQL_NOT_OURS;
    if (pool_has(address, &kind))
        return pool_is_paged(kind) ? open_pool_page(address) : FORCE_IRQL_NOT_OURS;
    if (!find_paged(address, &unit) || special_place(address) != SPECIAL_LIVE_PAGE)
        return FORCE_IRQL_NOT_OURS;
    if (!may_touch())
        return FORCE_IRQL_REFUSE;
    return open_trimmed(unit) || is_back(fault) ? FORCE_IRQL_RETRY : FORCE_IRQL_NOT_OURS;
}
