#include "verifier/tier.h"

#include "pool/lock.h"
#include "pool/os.h"
#include "pool/os_file.h"
#include "pool/os_guard.h"
#include "pool/text.h"
#include "pool/util.h"

#include <stdatomic.h>
#include <valgrind/valgrind.h>

enum { PROBE_PAGES = 4, STDERR = 2, MAPPINGS_A_BLOCK = 2, LINE_BYTES = 256 };

static int uffd = -1;
static struct lock regaining = LOCK_INITIALIZER;
static tier_stretches *stretches; /* all that were prepared */
static bool uffd_can_move;
static _Atomic size_t opened; /* stretches that tier mprotect holds open */
static size_t opened_max;

/* A sandbox, or want of memory, refuses to give pages back: nobody may touch them until they are
 * wanted, and dropped first. */
static atomic_bool has_denied;

static bool deny(void *start, size_t bytes)
{
    atomic_store(&has_denied, true);
    return os_deny(start, bytes);
}

static bool is_allowed(void *start, size_t bytes, bool executable)
{
    return LIKELY(!atomic_load_explicit(&has_denied, memory_order_relaxed)) ||
           (os_allow(start, bytes, executable) && os_drop(start, bytes));
}

static bool register_again(void *start, size_t bytes)
{
    return os_uffd_register(uffd, start, bytes);
}

/* A program that closes every descriptor closes ours, and the guards are gone with it. True: they
 * are there again (another thread may have seen to it), so that it is worth a second try. */
static NOINLINE bool regain(void)
{
    bool is_there = true;
    if (stretches == NULL)
        return false;
    lock_take(&regaining);
    if (!os_uffd_is_open(uffd)) {
        uffd = os_uffd_open(&uffd_can_move);
        is_there = uffd >= 0 && stretches(register_again);
    }
    lock_drop(&regaining);
    return is_there;
}

static bool uffd_prepare(void *start, size_t bytes, bool executable)
{
    if (!os_allow(start, bytes, executable))
        return false;
    return LIKELY(register_again(start, bytes)) || (regain() && register_again(start, bytes));
}

static bool uffd_open(void *start, size_t bytes, bool executable)
{
    if (!is_allowed(start, bytes, executable))
        return false;
    if (LIKELY(os_uffd_fill(uffd, start, bytes)) || (regain() && os_uffd_fill(uffd, start, bytes)))
        return true;
    os_drop(start, bytes); /* what was filled before memory ran out */
    return false;
}

static bool uffd_close(void *start, size_t bytes)
{
    return LIKELY(os_drop(start, bytes)) || deny(start, bytes);
}

static bool uffd_move(void *to, void *from, size_t bytes)
{
    return uffd_can_move && os_uffd_move(uffd, to, from, bytes);
}

static bool guard_prepare(void *start, size_t bytes, bool executable)
{
    return os_allow(start, bytes, executable) && os_guard_install(start, bytes);
}

static bool guard_open(void *start, size_t bytes, bool executable)
{
    if (is_allowed(start, bytes, executable) && os_guard_remove(start, bytes))
        return true;
    os_guard_install(start, bytes);
    return false;
}

static bool guard_close(void *start, size_t bytes)
{
    return LIKELY(os_guard_install(start, bytes)) || deny(start, bytes);
}

static bool guard_open_ahead(void *const *pages, size_t count)
{
    return !atomic_load(&has_denied) && os_guard_remove_ahead(pages, count);
}

static bool mprotect_prepare(void *start, size_t bytes, bool executable)
{
    (void)executable;
    return os_deny(start, bytes);
}

/* Counted before it is tried: the program itself needs mappings too. */
static bool mprotect_open(void *start, size_t bytes, bool executable)
{
    if (atomic_fetch_add(&opened, 1) < opened_max && os_allow(start, bytes, executable))
        return true;
    atomic_fetch_sub(&opened, 1);
    return false;
}

bool tier_is_at_limit(const struct tier *tier)
{
    return tier->number == EXPOOL_TIER_MPROTECT && atomic_load(&opened) >= opened_max;
}

static bool mprotect_close(void *start, size_t bytes)
{
    if (!os_deny(start, bytes))
        return false;
    os_drop(start, bytes);
    atomic_fetch_sub(&opened, 1);
    return true;
}

/* Opens, writes, closes and moves pages of a stretch of its own, and asks the system what it
 * sees. */
static bool rehearse(const struct tier *tier, unsigned char *start)
{
    unsigned char *second = start + 2 * PAGE_BYTES;
    if (!tier->prepare(start, PROBE_PAGES * PAGE_BYTES, false) || !os_is_dead(start) ||
        !tier->open(start, PAGE_BYTES, false) || os_is_dead(start))
        return false;
    start[1] = 1;
    if (!os_is_dead(start + PAGE_BYTES) || !os_is_dead(second))
        return false;
    if (tier->move != NULL && uffd_can_move)
        return tier->move(second, start, PAGE_BYTES) && second[1] == 1 && os_is_dead(start) &&
               tier->close(second, PAGE_BYTES) && os_is_dead(second);
    return tier->close(start, PAGE_BYTES) && os_is_dead(start);
}

static bool works(const struct tier *tier)
{
    size_t bytes = PROBE_PAGES * PAGE_BYTES;
    unsigned char *start = os_reserve(bytes, PAGE_BYTES);
    if (start == NULL)
        return false;
    os_no_huge_pages(start, bytes);
    bool good = rehearse(tier, start);
    os_release(start, bytes);
    return good;
}

/* Linux gives empty page tables back since 6.14; before, they stay. */
static void forget_tables(void *start, size_t bytes)
{
    os_drop(start, bytes);
}

/* The guards are written in the page tables. */
static void keep_guards(void *start, size_t bytes)
{
    (void)start;
    (void)bytes;
}

static bool uffd_works(void);
static bool guard_works(void);
static bool mprotect_works(void);

static const struct tier tiers[] = {
    {EXPOOL_TIER_UFFD, "uffd", uffd_works, uffd_prepare, uffd_open, uffd_close, forget_tables, NULL,
     uffd_move},
    {EXPOOL_TIER_GUARD, "guard", guard_works, guard_prepare, guard_open, guard_close, keep_guards,
     guard_open_ahead, NULL},
    {EXPOOL_TIER_MPROTECT, "mprotect", mprotect_works, mprotect_prepare, mprotect_open,
     mprotect_close, forget_tables, NULL, NULL},
};

static bool uffd_works(void)
{
    if (uffd < 0)
        uffd = os_uffd_open(&uffd_can_move);
    return uffd >= 0 && works(&tiers[0]);
}

static bool guard_works(void)
{
    return works(&tiers[1]);
}

static bool mprotect_works(void)
{
    opened_max = os_map_limit() / 10 * 9 / MAPPINGS_A_BLOCK;
    return works(&tiers[2]);
}

static void say_refused(const char *name)
{
    char bytes[LINE_BYTES];
    struct text text = TEXT_OVER(bytes);
    text_add(&text,
             "expool: tier=%s does not work here: the system refuses it or is too old for it\n",
             name);
    os_write(STDERR, text.bytes, text.length);
}

/* Memcheck takes guarded regions for readable, and looks for leaks in one guard after the other. */
static bool is_good(const struct tier *tier)
{
    return tier->number != EXPOOL_TIER_GUARD || !RUNNING_ON_VALGRIND;
}

const struct tier *tier_choose(enum option_tier wanted)
{
    for (unsigned i = 0; i < COUNT_OF(tiers); i++) {
        bool is_asked_for =
            wanted == OPTION_TIER_AUTO ? is_good(&tiers[i]) : (unsigned)wanted == tiers[i].number;
        if (is_asked_for && tiers[i].works())
            return &tiers[i];
    }
    say_refused(wanted == OPTION_TIER_AUTO ? "auto" : tiers[wanted - 1].name);
    return NULL;
}

void tier_keep(tier_stretches *each)
{
    stretches = each;
}

int tier_descriptor(void)
{
    return uffd;
}

bool tier_descriptor_leave(void)
{
    int old = uffd;
    int other = old < 0 ? -1 : os_descriptor_copy(old);
    if (other < 0)
        return false;
    uffd = other;
    os_uffd_close(old);
    return true;
}

/* The inherited descriptor speaks of the parent's memory. */
bool tier_after_fork(const struct tier *tier, tier_stretches *each)
{
    static const struct lock renewed = LOCK_INITIALIZER;
    int inherited = uffd;
    uffd = -1;
    regaining = renewed;
    if (inherited >= 0)
        os_uffd_close(inherited);
    if (tier->number != EXPOOL_TIER_UFFD)
        return true;
    uffd = os_uffd_open(&uffd_can_move);
    return uffd >= 0 && each(register_again);
}
