#include "pool/number.h"

#include <string.h>

bool number_read(const char *at, const char *end, unsigned base, uint64_t *number)
{
    static const char digits[] = "0123456789abcdef";
    if (end - at > 2 && at[0] == '0' && (at[1] | 0x20) == 'x') {
        base = 16;
        at += 2;
    }
    *number = 0;
    for (const char *next = at; next < end; next++) {
        const char *digit =
            memchr(digits, *next >= 'A' && *next <= 'F' ? *next | 0x20 : *next, base);
        if (digit == NULL || __builtin_mul_overflow(*number, base, number) ||
            __builtin_add_overflow(*number, (uint64_t)(digit - digits), number))
            return false;
    }
    return at < end;
}
