#include "pool/pager.h"

#include "pool/budget.h"
#include "pool/checker.h"
#include "pool/mode.h"
#include "pool/options.h"
#include "pool/os.h"
#include "pool/os_guard.h"
#include "pool/os_pager.h"
#include "pool/pager_store.h"
#include "pool/pages.h"
#include "pool/sanitizer.h"
#include "pool/util.h"
#include "pool/witness.h"

#include <string.h>

enum {
    BATCH = 64, /* pages that leave together */
    STDERR = 2,
    TRIES = 100,
    MAPPINGS_PERCENT = 40, /* of the system's limit, where each page out may cost two */
};

static struct {
    _Atomic bool is_locked;
    _Atomic bool is_on;
    bool has_guards; /* lightweight guards work: one mapping whatever is out */
    struct pages *pages;
    _Atomic uint32_t *slot_of; /* a page's slot and 1; 0: in memory */
    uint16_t *pins;            /* NULL: nothing was pinned yet */
    size_t out_max;
    _Atomic uint64_t out;
    _Atomic uint64_t page_outs;
    _Atomic uint64_t page_ins;
} pager;

/* A signal handler of the program's that touches paged memory while this thread moves some. */
static _Thread_local bool is_inside TLS_FAST;

static void lock_pager(void)
{
    while (atomic_exchange_explicit(&pager.is_locked, true, memory_order_acquire))
        os_yield();
    is_inside = true;
}

static void unlock_pager(void)
{
    is_inside = false;
    atomic_store_explicit(&pager.is_locked, false, memory_order_release);
}

static uint32_t slot_of(size_t index)
{
    return atomic_load_explicit(&pager.slot_of[index], memory_order_acquire);
}

static bool refuse_start(const char *message)
{
    os_write(STDERR, message, strlen(message));
    return false;
}

/* Installs and takes away a guard on a page of its own. */
static bool guards_work(void)
{
    unsigned char *page = os_reserve(PAGE_BYTES, PAGE_BYTES);
    if (page == NULL)
        return false;
    bool work = os_allow(page, PAGE_BYTES, false) && os_guard_install(page, PAGE_BYTES) &&
                os_is_dead(page) && os_guard_remove(page, PAGE_BYTES) && !os_is_dead(page);
    os_release(page, PAGE_BYTES);
    return work;
}

bool pager_start(struct pages *pages, bool encrypts)
{
    static bool was_tried;
    lock_pager();
    if (!was_tried) {
        was_tried = true;
        bool done = os_can_peek() ||
                    refuse_start("expool: no paging: /proc/self/mem cannot be written here\n");
        pager.slot_of = os_table(pages->capacity * sizeof *pager.slot_of);
        done = done && ((pager.slot_of != NULL && store_start(pages->capacity, encrypts)) ||
                        refuse_start("expool: no paging: no address space, or no random bytes\n"));
        pager.has_guards = options.tier != OPTION_TIER_MPROTECT && guards_work();
        pager.out_max = pager.has_guards ? SIZE_MAX : os_map_limit() / 100 * MAPPINGS_PERCENT / 2;
        pager.pages = pages;
        atomic_store_explicit(&pager.is_on, done, memory_order_release);
    }
    unlock_pager();
    return pager_is_on();
}

bool pager_is_on(void)
{
    return atomic_load_explicit(&pager.is_on, memory_order_acquire);
}

void pager_attach(struct pages *pages)
{
    pager.pages = pages;
}

/* Of an address in paged pool, whether it is paged already or not. */
static bool pool_index_of(const void *address, size_t *index)
{
    if (pager.pages == NULL)
        return false;
    size_t offset = (uintptr_t)address - (uintptr_t)pager.pages->start;
    *index = offset / PAGE_BYTES;
    return *index < pager.pages->capacity;
}

static bool index_of(const void *address, size_t *index)
{
    return pager_is_on() && pool_index_of(address, index);
}

bool pager_has_out(const void *address)
{
    size_t index;
    return index_of(address, &index) && slot_of(index) != 0;
}

/* All of the run or none of it. Between deny and guard nobody has access, so nothing is lost. */
static bool leave(size_t first, size_t count)
{
    uint32_t slots[BATCH];
    size_t saved = 0;
    unsigned char *start = pages_address(pager.pages, first);
    if (atomic_load(&pager.out) + count > pager.out_max || !os_deny(start, count * PAGE_BYTES))
        return false;
    sanitizer_take_back(start, count * PAGE_BYTES); /* the store reads them */
    while (saved < count &&
           (slots[saved] = store_put(first + saved, start + saved * PAGE_BYTES)) != 0)
        saved++;
    if (saved < count) {
        while (saved > 0)
            store_drop(slots[--saved]);
        INVARIANT(os_allow(start, count * PAGE_BYTES, false));
        witness_close(start, count * PAGE_BYTES);
        return false;
    }
    if (pager.has_guards && os_guard_install(start, count * PAGE_BYTES)) {
        (void)os_allow(start, count * PAGE_BYTES, false); /* the guards hold; one mapping again */
        witness_close(start, count * PAGE_BYTES);
    } else {
        (void)os_discard(start, count * PAGE_BYTES);
    }
    for (size_t i = 0; i < count; i++)
        atomic_store_explicit(&pager.slot_of[first + i], slots[i], memory_order_release);
    atomic_fetch_add(&pager.out, count);
    mode_set(MODE_PAGED_OUT, true);
    atomic_fetch_add(&pager.page_outs, count);
    budget_paged_out((ptrdiff_t)count);
    return true;
}

static bool may_leave(size_t index)
{
    enum page_use use = pages_use(pager.pages, index);
    bool is_used = use != PAGE_NEVER_USED && use != PAGE_FREE;
    bool is_pinned = pager.pins != NULL && pager.pins[index] > 0;
    return is_used && slot_of(index) == 0 && !is_pinned;
}

size_t pager_out(size_t first, size_t count)
{
    size_t run = 0;
    lock_pager();
    while (run < count && run < BATCH && may_leave(first + run))
        run++;
    if (run > 0 && !leave(first, run))
        run = 0;
    unlock_pager();
    return run;
}

static void count_in(size_t count)
{
    if (atomic_fetch_sub(&pager.out, count) == count)
        mode_set(MODE_PAGED_OUT, false);
}

/* The system had granted this page; what it refuses for a moment is asked for again. */
static void insist(bool (*call)(void *start, size_t bytes), void *page)
{
    static const char message[] =
        "expool: the system refuses to bring a page in (mappings, or memory?); the program ends "
        "here\n";
    for (unsigned i = 0; i < TRIES; i++) {
        if (call(page, PAGE_BYTES))
            return;
        os_yield();
    }
    os_write(STDERR, message, sizeof message - 1);
    os_abort();
}

static bool allow_data(void *start, size_t bytes)
{
    return os_allow(start, bytes, false);
}

static bool fill(void *start, size_t bytes)
{
    return os_poke(start, store_page(), bytes);
}

/* The page is filled while nobody has access to it. */
static void arrive(size_t index)
{
    uint32_t slot = slot_of(index);
    void *page = pages_address(pager.pages, index);
    store_get(slot, index);
    insist(os_deny, page);
    if (pager.has_guards)
        insist(os_guard_remove, page);
    insist(fill, page);
    insist(allow_data, page);
    witness_close(page, PAGE_BYTES);
    store_wipe();
    store_drop(slot);
    atomic_store_explicit(&pager.slot_of[index], 0, memory_order_release);
    count_in(1);
    atomic_fetch_add(&pager.page_ins, 1);
    budget_paged_out(-1);
}

bool pager_bring_in(const void *address)
{
    size_t index;
    if (!index_of(address, &index) || is_inside)
        return false;
    if (index >= __atomic_load_n(&pager.pages->allowed, __ATOMIC_RELAXED))
        return false; /* behind the frontier */
    lock_pager();
    if (slot_of(index) != 0)
        arrive(index);
    unlock_pager();
    return true; /* or it came meanwhile: every page of the pool is in or out */
}

/* A stretch of pages that are out becomes one of zeroes. */
static void forget_stretch(size_t first, size_t count)
{
    unsigned char *start = pages_address(pager.pages, first);
    if (pager.has_guards)
        INVARIANT(os_guard_remove(start, count * PAGE_BYTES));
    INVARIANT(os_allow(start, count * PAGE_BYTES, false));
    checker_close(start, count * PAGE_BYTES);
    for (size_t i = first; i < first + count; i++) {
        store_drop(slot_of(i));
        atomic_store_explicit(&pager.slot_of[i], 0, memory_order_release);
    }
    count_in(count);
    budget_paged_out(-(ptrdiff_t)count);
}

void pager_forget(const struct pages *pages, size_t first, size_t count)
{
    if (!pager_is_on() || pages != pager.pages || atomic_load(&pager.out) == 0)
        return;
    lock_pager();
    size_t run = 0;
    for (size_t i = first; i <= first + count; i++) {
        if (i < first + count && slot_of(i) != 0) {
            run++;
            continue;
        }
        if (run > 0)
            forget_stretch(i - run, run);
        run = 0;
    }
    unlock_pager();
}

static void pin_pages(const void *address, size_t bytes, int change)
{
    size_t first;
    size_t last;
    if (bytes == 0 || !pool_index_of(address, &first) ||
        !pool_index_of((const unsigned char *)address + bytes - 1, &last))
        return;
    lock_pager();
    if (pager.pins == NULL)
        pager.pins = os_table(pager.pages->capacity * sizeof *pager.pins);
    for (size_t i = first; pager.pins != NULL && i <= last; i++) {
        pager.pins[i] = (uint16_t)(pager.pins[i] + change);
        if (pager_is_on() && slot_of(i) != 0)
            arrive(i);
    }
    unlock_pager();
}

void pager_pin(const void *address, size_t bytes)
{
    pin_pages(address, bytes, 1);
}

void pager_unpin(const void *address, size_t bytes)
{
    pin_pages(address, bytes, -1);
}

uint64_t pager_page_ins(void)
{
    return atomic_load_explicit(&pager.page_ins, memory_order_relaxed);
}

void pager_read(struct pager_statistics *statistics)
{
    *statistics = (struct pager_statistics){
        .is_on = pager_is_on(),
        .is_encrypted = pager_is_on() && store_is_encrypted(),
        .pages_out = atomic_load(&pager.out),
        .page_outs = atomic_load(&pager.page_outs),
        .page_ins = atomic_load(&pager.page_ins),
    };
}

void pager_before_fork(void)
{
    lock_pager();
}

void pager_after_fork(bool in_child)
{
    if (in_child)
        store_after_fork();
    unlock_pager();
}
