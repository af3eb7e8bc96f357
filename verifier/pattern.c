#include "verifier/pattern.h"

#include "pool/util.h"

#include <string.h>

#define SEES_POISON __attribute__((no_sanitize("address")))

#define WORD         sizeof(uint64_t)
#define STRIDE_BYTES (4 * WORD)

/* There when the program is linked with AddressSanitizer. */
void __asan_poison_memory_region(void const volatile *start, size_t bytes) __attribute__((weak));
void __asan_unpoison_memory_region(void const volatile *start, size_t bytes) __attribute__((weak));

bool pattern_is_poisoned(void)
{
    return __asan_poison_memory_region != NULL;
}

void pattern_poison(const void *start, size_t bytes)
{
    if (__asan_poison_memory_region != NULL && bytes > 0)
        __asan_poison_memory_region(start, bytes);
}

void pattern_unpoison(const void *start, size_t bytes)
{
    if (__asan_unpoison_memory_region != NULL && bytes > 0)
        __asan_unpoison_memory_region(start, bytes);
}

SEES_POISON NO_COVERAGE static void look_at_bytes(const unsigned char *start,
                                                  const unsigned char *end, uint8_t fill,
                                                  struct pattern_damage *damage)
{
    for (const unsigned char *at = start; at < end; at++) {
        unsigned changed = (unsigned)(*at ^ fill);
        if (LIKELY(changed == 0))
            continue;
        if (damage->first == NULL)
            damage->first = at;
        damage->last = at;
        damage->count++;
        damage->bits += (unsigned)__builtin_popcount(changed);
    }
}

SEES_POISON NO_COVERAGE void pattern_look(const unsigned char *start, size_t bytes, uint8_t fill,
                                          struct pattern_damage *damage)
{
    const unsigned char *end = start + bytes;
    const uint64_t wanted = fill * UINT64_C(0x0101010101010101);
    while (start < end && ((uintptr_t)start & (WORD - 1)) != 0) {
        look_at_bytes(start, start + 1, fill, damage);
        start++;
    }
    for (; (size_t)(end - start) >= STRIDE_BYTES; start += STRIDE_BYTES) {
        const uint64_t *word = (const uint64_t *)(const void *)start;
        uint64_t changed =
            (word[0] ^ wanted) | (word[1] ^ wanted) | (word[2] ^ wanted) | (word[3] ^ wanted);
        if (UNLIKELY(changed != 0))
            look_at_bytes(start, start + STRIDE_BYTES, fill, damage);
    }
    look_at_bytes(start, end, fill, damage);
}

void pattern_fill(unsigned char *start, size_t bytes, uint8_t fill)
{
    pattern_unpoison(start, bytes);
    memset(start, fill, bytes);
}
