/* sanitizer.h - what a sanitizer has to be told. Each line is nothing where its sanitizer is not.
 *
 * MemorySanitizer: memory from the kernel counts as written. A block that was not promised zeroes
 * is handed out unwritten, and what the caller left in it is the pool's again once it is freed:
 * headers, patterns and guards always count as written. It must see all code there is; libbacktrace
 * and libiberty are not linked then, and reports give module and offset in place of names. */
#ifndef POOL_SANITIZER_H
#define POOL_SANITIZER_H

#include <stddef.h>

#if defined(__has_feature)
#if __has_feature(memory_sanitizer)
#define MEMORY_SANITIZER 1
#endif
#endif
#if !defined(MEMORY_SANITIZER)
#define MEMORY_SANITIZER 0
#endif

/* Of a hash: what wraps round is meant (clang's unsigned-integer-overflow, which is no error in C
 * and which OSS-Fuzz switches on). */
#if defined(__clang__)
#define WRAPS_ROUND __attribute__((no_sanitize("unsigned-integer-overflow", "unsigned-shift-base")))
#else
#define WRAPS_ROUND
#endif

/* There when the program is linked with AddressSanitizer, whatever we were compiled with. */
void __asan_poison_memory_region(const volatile void *start, size_t bytes) __attribute__((weak));
void __asan_unpoison_memory_region(const volatile void *start, size_t bytes) __attribute__((weak));
void __asan_handle_no_return(void) __attribute__((weak));

/* Called by pointers that the compiler does not see through: OSS-Fuzz tells what a program was
 * built with by the calls in it, and a build with another sanitizer may have none to __asan_*. */
#define ASAN_UNSEEN(pointer) __asm__("" : "+r"(pointer))

static inline void asan_poison(const void *start, size_t bytes)
{
    void (*poison)(const volatile void *, size_t) = __asan_poison_memory_region;
    ASAN_UNSEEN(poison);
    if (__builtin_expect(poison != NULL, 0))
        poison(start, bytes);
}

static inline void asan_unpoison(const void *start, size_t bytes)
{
    void (*unpoison)(const volatile void *, size_t) = __asan_unpoison_memory_region;
    ASAN_UNSEEN(unpoison);
    if (__builtin_expect(unpoison != NULL, 0))
        unpoison(start, bytes);
}

/* Frames are about to be jumped over: its notes on them are void. */
static inline void asan_leave_frames(void)
{
    void (*leave)(void) = __asan_handle_no_return;
    ASAN_UNSEEN(leave);
    if (__builtin_expect(leave != NULL, 0))
        leave();
}

#if MEMORY_SANITIZER
void __msan_poison(const volatile void *start, size_t bytes);
void __msan_unpoison(const volatile void *start, size_t bytes);
#define READS_UNWRITTEN __attribute__((no_sanitize("memory")))
#else
#define READS_UNWRITTEN
#endif

/* A block of these bytes is handed out, without a promise of what is in it. */
static inline void sanitizer_hand_out(void *start, size_t bytes)
{
#if MEMORY_SANITIZER
    __msan_poison(start, bytes);
#else
    (void)start;
    (void)bytes;
#endif
}

/* These bytes are the pool's, or were written by code that no sanitizer saw. */
static inline void sanitizer_take_back(const void *start, size_t bytes)
{
#if MEMORY_SANITIZER
    __msan_unpoison(start, bytes);
#else
    (void)start;
    (void)bytes;
#endif
}

#endif
