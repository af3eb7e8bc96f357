/* number.h - natural numbers of any length, each a block of its own: every operation allocates its
 * result. The caller gives each back once. */
#ifndef BENCH_NUMBER_H
#define BENCH_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

struct number {
    uint32_t length;   /* digits; the highest is not 0 */
    uint16_t digits[]; /* base 2^16, lowest first */
};

struct number *number_of(uint64_t value);
struct number *number_from_text(const char *decimal);
struct number *number_copy(const struct number *a);
void number_give(struct number *a);

struct number *number_add(const struct number *a, const struct number *b);
struct number *number_subtract(const struct number *a, const struct number *b); /* a >= b */
struct number *number_multiply(const struct number *a, const struct number *b);
/* Quotient and rest; `quotient` may be NULL. b is not 0. */
struct number *number_divide(const struct number *a, const struct number *b,
                             struct number **quotient);
/* b is below 2^16 here and in number_rest_small. */
struct number *number_divide_small(const struct number *a, uint32_t b, uint32_t *rest);
struct number *number_root(const struct number *a); /* the largest whose square is <= a */
struct number *number_common_divisor(const struct number *a, const struct number *b);

int number_compare(const struct number *a, const struct number *b); /* < 0, 0, > 0 */
bool number_is(const struct number *a, uint32_t value);
uint32_t number_rest_small(const struct number *a, uint32_t b);

#endif
