#include "bench/number.h"

#include "bench/allocator.h"
#include "bench/workload.h"

#include <string.h>

static struct number *take(uint32_t length)
{
    struct number *number = checked(block_take(sizeof *number + length * sizeof(uint16_t)));
    number->length = length;
    return number;
}

static struct number *trimmed(struct number *a)
{
    while (a->length > 0 && a->digits[a->length - 1] == 0)
        a->length--;
    return a;
}

void number_give(struct number *a)
{
    block_give(a);
}

struct number *number_of(uint64_t value)
{
    struct number *a = take(4);
    for (unsigned i = 0; i < 4; i++, value >>= 16)
        a->digits[i] = (uint16_t)value;
    return trimmed(a);
}

struct number *number_copy(const struct number *a)
{
    struct number *b = take(a->length);
    memcpy(b->digits, a->digits, a->length * sizeof(uint16_t));
    return b;
}

struct number *number_from_text(const char *decimal)
{
    struct number *a = number_of(0);
    struct number *ten = number_of(10);
    for (; *decimal; decimal++) {
        struct number *digit = number_of((uint64_t)(*decimal - '0'));
        struct number *shifted = number_multiply(a, ten);
        number_give(a);
        a = number_add(shifted, digit);
        number_give(shifted);
        number_give(digit);
    }
    number_give(ten);
    return a;
}

int number_compare(const struct number *a, const struct number *b)
{
    if (a->length != b->length)
        return a->length < b->length ? -1 : 1;
    for (uint32_t i = a->length; i-- > 0;)
        if (a->digits[i] != b->digits[i])
            return a->digits[i] < b->digits[i] ? -1 : 1;
    return 0;
}

bool number_is(const struct number *a, uint32_t value)
{
    return value == 0 ? a->length == 0 : a->length == 1 && a->digits[0] == value;
}

struct number *number_add(const struct number *a, const struct number *b)
{
    uint32_t longer = a->length > b->length ? a->length : b->length;
    struct number *sum = take(longer + 1);
    uint32_t carry = 0;
    for (uint32_t i = 0; i <= longer; i++) {
        carry += i < a->length ? a->digits[i] : 0u;
        carry += i < b->length ? b->digits[i] : 0u;
        sum->digits[i] = (uint16_t)carry;
        carry >>= 16;
    }
    return trimmed(sum);
}

struct number *number_subtract(const struct number *a, const struct number *b)
{
    struct number *difference = take(a->length);
    uint32_t borrow = 0;
    for (uint32_t i = 0; i < a->length; i++) {
        uint32_t taken = borrow + (i < b->length ? b->digits[i] : 0u);
        borrow = a->digits[i] < taken;
        difference->digits[i] = (uint16_t)(a->digits[i] - taken);
    }
    return trimmed(difference);
}

struct number *number_multiply(const struct number *a, const struct number *b)
{
    struct number *product = take(a->length + b->length);
    memset(product->digits, 0, product->length * sizeof(uint16_t));
    for (uint32_t i = 0; i < a->length; i++) {
        uint32_t carry = 0;
        for (uint32_t j = 0; j < b->length; j++) {
            carry += (uint32_t)a->digits[i] * b->digits[j] + product->digits[i + j];
            product->digits[i + j] = (uint16_t)carry;
            carry >>= 16;
        }
        product->digits[i + b->length] = (uint16_t)carry;
    }
    return trimmed(product);
}

struct number *number_divide_small(const struct number *a, uint32_t b, uint32_t *rest)
{
    struct number *quotient = take(a->length);
    uint32_t left = 0;
    for (uint32_t i = a->length; i-- > 0;) {
        left = left << 16 | a->digits[i];
        quotient->digits[i] = (uint16_t)(left / b);
        left %= b;
    }
    *rest = left;
    return trimmed(quotient);
}

uint32_t number_rest_small(const struct number *a, uint32_t b)
{
    uint32_t left = 0;
    for (uint32_t i = a->length; i-- > 0;)
        left = (left << 16 | a->digits[i]) % b;
    return left;
}

/* a shifted up by `bits` (below 16), with one digit more. */
static struct number *shifted(const struct number *a, unsigned bits)
{
    struct number *b = take(a->length + 1);
    uint32_t carry = 0;
    for (uint32_t i = 0; i < a->length; i++) {
        carry |= (uint32_t)a->digits[i] << bits;
        b->digits[i] = (uint16_t)carry;
        carry >>= 16;
    }
    b->digits[a->length] = (uint16_t)carry;
    return b;
}

/* One digit of long division (Knuth's D3 and D4): takes digit * b off rest at `place`. */
static uint16_t divide_step(struct number *rest, const struct number *b, uint32_t place)
{
    uint16_t *at = rest->digits + place;
    uint32_t digit = ((uint32_t)at[b->length] << 16 | at[b->length - 1]) / b->digits[b->length - 1];
    for (digit = digit > UINT16_MAX ? UINT16_MAX : digit;; digit--) {
        uint32_t borrow = 0;
        for (uint32_t i = 0; i <= b->length; i++) {
            uint32_t taken = digit * (i < b->length ? b->digits[i] : 0u) + borrow;
            borrow = (taken >> 16) + (at[i] < (taken & UINT16_MAX));
            at[i] = (uint16_t)(at[i] - taken);
        }
        if (borrow == 0)
            return (uint16_t)digit;
        uint32_t carry = 0; /* one too many: put it all back and try one less */
        for (uint32_t i = 0; i <= b->length; i++) {
            carry += digit * (i < b->length ? b->digits[i] : 0u) + at[i];
            at[i] = (uint16_t)carry;
            carry >>= 16;
        }
    }
}

static struct number *shift_back(struct number *a, unsigned bits)
{
    for (uint32_t i = 0; i < a->length; i++) {
        uint32_t both = a->digits[i];
        if (i + 1 < a->length)
            both |= (uint32_t)a->digits[i + 1] << 16;
        a->digits[i] = (uint16_t)(both >> bits);
    }
    return trimmed(a);
}

struct number *number_divide(const struct number *a, const struct number *b,
                             struct number **quotient)
{
    if (number_compare(a, b) < 0) {
        if (quotient)
            *quotient = number_of(0);
        return number_copy(a);
    }
    unsigned bits = (unsigned)__builtin_clz(b->digits[b->length - 1]) - 16;
    struct number *rest = shifted(a, bits);
    struct number *divisor = trimmed(shifted(b, bits));
    struct number *result = take(a->length - b->length + 1);
    for (uint32_t place = result->length; place-- > 0;)
        result->digits[place] = divide_step(rest, divisor, place);
    number_give(divisor);
    if (quotient)
        *quotient = trimmed(result);
    else
        number_give(result);
    return shift_back(rest, bits);
}

struct number *number_root(const struct number *a)
{
    struct number *guess = take(a->length / 2 + 2); /* above the root; Newton comes down */
    memset(guess->digits, 0, guess->length * sizeof(uint16_t));
    guess->digits[guess->length - 1] = 1;
    for (;;) {
        struct number *quotient;
        uint32_t odd;
        number_give(number_divide(a, guess, &quotient));
        struct number *sum = number_add(guess, quotient);
        struct number *next = number_divide_small(sum, 2, &odd);
        number_give(quotient);
        number_give(sum);
        if (number_compare(next, guess) >= 0) {
            number_give(next);
            return guess;
        }
        number_give(guess);
        guess = next;
    }
}

struct number *number_common_divisor(const struct number *a, const struct number *b)
{
    struct number *high = number_copy(a);
    struct number *low = number_copy(b);
    while (low->length > 0) {
        struct number *rest = number_divide(high, low, NULL);
        number_give(high);
        high = low;
        low = rest;
    }
    number_give(low);
    return high;
}
