#include "pool/checker.h"

#include "pool/order.h"
#include "pool/os.h"
#include "pool/sanitizer.h"

#include <valgrind/memcheck.h>

uint8_t checker_present;

static checker_freeze *frozen; /* to be called with false; NULL: nothing is */

void __lsan_register_root_region(const void *start, size_t bytes) __attribute__((weak));
void __lsan_unregister_root_region(const void *start, size_t bytes) __attribute__((weak));
void *__asan_region_is_poisoned(const volatile void *start, size_t bytes) __attribute__((weak));
void __asan_storeN(const volatile void *start, size_t bytes) __attribute__((weak));

/* It alone of Valgrind's tools answers; who counts instructions under another counts its own. */
static bool is_memcheck(void)
{
    char byte = 0;
    return VALGRIND_MAKE_MEM_DEFINED(&byte, sizeof byte) != 0;
}

void checker_start(bool wanted)
{
    if (order_is_wanted())
        checker_present = CHECKER_DRD;
    else if (!wanted)
        return;
    else if (__asan_poison_memory_region != NULL)
        checker_present = CHECKER_ASAN;
    else if (is_memcheck())
        checker_present = CHECKER_VALGRIND;
}

const char *checker_name(void)
{
    static const char *const names[] = {
        [CHECKER_NONE] = NULL,
        [CHECKER_ASAN] = "AddressSanitizer",
        [CHECKER_VALGRIND] = "Valgrind",
        [CHECKER_DRD] = "DRD",
    };
    return names[checker_present];
}

void checker_end(checker_freeze *freeze)
{
    if (checker_present != CHECKER_VALGRIND || os_thread_count() != 1)
        return;
    freeze(true);
    frozen = freeze;
}

static void thaw(void)
{
    checker_freeze *freeze = frozen;
    frozen = NULL;
    freeze(false);
}

bool checker_has_roots(void)
{
    return __lsan_register_root_region != NULL;
}

void checker_add_root(const void *start, size_t bytes)
{
    if (checker_has_roots())
        __lsan_register_root_region(start, bytes);
}

void checker_remove_root(const void *start, size_t bytes)
{
    if (checker_has_roots())
        __lsan_unregister_root_region(start, bytes);
}

void checker_log(const char *line)
{
    if (checker_present == CHECKER_VALGRIND)
        VALGRIND_PRINTF("%s\n", line);
}

/* MALLOCLIKE, not MEMPOOL: only these are in the leak summary. */
void checker_open_block(void *start, size_t bytes, bool is_zeroed)
{
    asan_unpoison(start, bytes);
    order_forget(start, bytes); /* by whoever it was used before */
    VALGRIND_MALLOCLIKE_BLOCK(start, bytes, 0, is_zeroed);
}

void checker_close_block(void *start, size_t bytes)
{
    asan_poison(start, bytes);
    if (checker_present == CHECKER_DRD)
        VALGRIND_DISABLE_ERROR_REPORTING; /* a block that it was not told of is no race */
    VALGRIND_FREELIKE_BLOCK(start, 0);
    if (checker_present == CHECKER_DRD)
        VALGRIND_ENABLE_ERROR_REPORTING;
}

void checker_open_bytes(const void *start, size_t bytes, bool is_defined)
{
    asan_unpoison(start, bytes);
    if (is_defined)
        (void)VALGRIND_MAKE_MEM_DEFINED(start, bytes);
    else
        (void)VALGRIND_MAKE_MEM_UNDEFINED(start, bytes);
}

void checker_close_bytes(const void *start, size_t bytes)
{
    asan_poison(start, bytes);
    (void)VALGRIND_MAKE_MEM_NOACCESS(start, bytes);
}

/* Not by the C library's routine: ASan looks at its arguments. */
void checker_clear_bytes(void *start, size_t bytes)
{
    typedef uint64_t __attribute__((may_alias)) word;
    volatile word *words = start;
    volatile unsigned char *rest = (unsigned char *)start + bytes / sizeof(word) * sizeof(word);
    checker_turn(true);
    for (size_t i = 0; i < bytes / sizeof(word); i++)
        words[i] = 0;
    for (size_t i = 0; i < bytes % sizeof(word); i++)
        rest[i] = 0;
    checker_turn(false);
}

NOINLINE void checker_touch(const volatile void *start, size_t bytes)
{
    void *(*find)(const volatile void *, size_t) = __asan_region_is_poisoned;
    void (*store)(const volatile void *, size_t) = __asan_storeN;
    ASAN_UNSEEN(find);
    ASAN_UNSEEN(store);
    const char *end = (const char *)(uintptr_t)start + bytes;
    const char *closed = find(start, bytes);
    if (closed != NULL)
        store(closed, (size_t)(end - closed));
}

void checker_turn(bool away)
{
    if (checker_present == CHECKER_DRD) {
        order_turn(away);
        return;
    }
    if (UNLIKELY(frozen != NULL))
        thaw();
    if (away)
        VALGRIND_DISABLE_ERROR_REPORTING;
    else
        VALGRIND_ENABLE_ERROR_REPORTING;
}
