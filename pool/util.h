/* util.h - the handful of macros every file may use. */
#ifndef POOL_UTIL_H
#define POOL_UTIL_H

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#define COUNT_OF(array)     (sizeof(array) / sizeof((array)[0]))
#define LIKELY(condition)   __builtin_expect(!!(condition), 1)
#define UNLIKELY(condition) __builtin_expect(!!(condition), 0)
#define NOINLINE            __attribute__((noinline))
/* A fuzzer learns nothing from each word of a page that is compared, and pays for each. */
#if defined(__clang__)
#define NO_COVERAGE __attribute__((no_sanitize("coverage")))
#else
#define NO_COVERAGE
#endif
/* One writer, other readers, no order: a plain access, and an atomic one for who looks for
 * races. */
#if defined(__SANITIZE_THREAD__) /* gcc's word, clang has a feature */
#define LOOKS_FOR_RACES
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define LOOKS_FOR_RACES
#endif
#endif
#if defined(LOOKS_FOR_RACES)
#define RACY_READ(place)         __atomic_load_n(&(place), __ATOMIC_RELAXED)
#define RACY_WRITE(place, value) __atomic_store_n(&(place), value, __ATOMIC_RELAXED)
#else
#define RACY_READ(place)         (place)
#define RACY_WRITE(place, value) ((place) = (value))
#endif

/* Ours alone: reached without the table that shared libraries use. */
#define HIDDEN                     __attribute__((visibility("hidden")))
#define PRINTF_LIKE(format, first) __attribute__((format(printf, format, first)))
#define TLS_FAST                   __attribute__((tls_model("initial-exec")))

/* The pool's page, Windows' and the kernel's alike. */
#define PAGE_BYTES      ((size_t)4096)
#define PAGE_SHIFT_BITS 12

static inline size_t round_up(size_t value, size_t power_of_two)
{
    return (value + power_of_two - 1) & ~(power_of_two - 1);
}

static inline uintptr_t page_start(const void *address)
{
    return (uintptr_t)address & ~(uintptr_t)(PAGE_BYTES - 1);
}

/* Faults, and brings the page, as a store does, and changes nothing. An atomic `or` of 0 would do;
 * clang leaves it out. */
static inline void touch_to_write(volatile unsigned char *place)
{
    unsigned char nothing = 0;
    (void)__atomic_compare_exchange_n(place, &nothing, 0, 0, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
}

/* Our own mistake, never a caller's: says where and dies. */
#define INVARIANT(condition)                                                                       \
    do {                                                                                           \
        if (UNLIKELY(!(condition)))                                                                \
            invariant_broken(#condition, __FILE__, __LINE__);                                      \
    } while (0)

_Noreturn void invariant_broken(const char *condition, const char *file, int line);

/* Quick ways need no frame: what they leave to the long way is called last, in their place, and
 * finds the caller above its own frame. Instrumented code does not call in place. */
#if defined(__OPTIMIZE__) && !defined(__SANITIZE_THREAD__) && !defined(__SANITIZE_ADDRESS__) &&    \
    !defined(__clang__)
#define FRAME_UNLESS_LAST NULL
#else
#define FRAME_UNLESS_LAST __builtin_frame_address(0)
#endif

/* gcc makes of two routines with the same body one that calls the other. Where that is no jump, a
 * block's first frame would be the routine that was asked, not who asked. */
#if defined(__clang__)
#define HAS_OWN_CODE
#else
#define HAS_OWN_CODE __attribute__((no_icf))
#endif

#endif
