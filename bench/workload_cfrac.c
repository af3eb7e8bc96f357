/* workload_cfrac.c - a whole program with many small, short-lived blocks: Morrison and Brillhart's
 * continued fraction method finds two factors of a number. Every number on the way is a block. It
 * is made so that fast allocators gain by it what they gain by mimalloc-bench's cfrac (0.92 to 0.95
 * of glibc). The answer is checked. */
#include "bench/allocator.h"
#include "bench/number.h"
#include "bench/workload.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BASE = 64, SPARE = 16, RELATIONS = BASE + SPARE, ROW_WORDS = (RELATIONS + BASE + 64) / 64 };

/* a * a = +-product of base[i]^power[i] (mod n); power[0] stands for the sign. */
struct relation {
    struct number *a;
    uint8_t power[BASE];
    uint64_t odd[ROW_WORDS]; /* bit i: power[i] is odd; from BASE on: which relations were joined */
};

struct factoring {
    const struct number *n;
    uint32_t base[BASE]; /* base[0] is the sign */
    struct relation *relations[RELATIONS];
    unsigned count;
};

/* The state of the continued fraction of root(n). */
struct fraction {
    const struct number *n;
    struct number *root, *p, *q, *term, *a, *a_before;
    bool is_negative; /* the sign of q in a * a = +-q */
};

static void assign(struct number **place, struct number *value)
{
    number_give(*place);
    *place = value;
}

static bool is_prime(uint32_t value)
{
    for (uint32_t i = 2; i * i <= value; i++)
        if (value % i == 0)
            return false;
    return true;
}

static uint32_t power_modulo(uint64_t base, uint32_t exponent, uint32_t modulus)
{
    uint64_t result = 1;
    for (base %= modulus; exponent > 0; exponent >>= 1, base = base * base % modulus)
        if (exponent & 1)
            result = result * base % modulus;
    return (uint32_t)result;
}

/* Only primes that n is a square of can divide what the fraction yields. */
static void choose_base(struct factoring *it)
{
    unsigned count = 1;
    it->base[count++] = 2;
    for (uint32_t prime = 3; count < BASE; prime += 2)
        if (is_prime(prime) &&
            power_modulo(number_rest_small(it->n, prime), (prime - 1) / 2, prime) == 1)
            it->base[count++] = prime;
}

static struct fraction fraction_begin(const struct number *n)
{
    struct number *root = number_root(n);
    return (struct fraction){
        n,    root, number_of(0), number_of(1), number_copy(root), number_copy(root), number_of(1),
        false};
}

/* p' = term q - p, q' = (n - p'^2) / q, and the term after; a is the convergent's numerator. */
static void fraction_step(struct fraction *it)
{
    struct number *product = number_multiply(it->term, it->q);
    assign(&it->p, number_subtract(product, it->p));
    assign(&product, number_multiply(it->p, it->p));
    assign(&product, number_subtract(it->n, product));
    struct number *quotient;
    number_give(number_divide(product, it->q, &quotient));
    assign(&it->q, quotient);
    it->is_negative = !it->is_negative;
    assign(&product, number_add(it->root, it->p));
    number_give(number_divide(product, it->q, &quotient));
    assign(&it->term, quotient);
    number_give(product);
}

static void fraction_advance(struct fraction *it)
{
    struct number *product = number_multiply(it->term, it->a);
    struct number *sum = number_add(product, it->a_before);
    number_give(product);
    assign(&it->a_before, it->a);
    it->a = number_divide(sum, it->n, NULL);
    number_give(sum);
}

static void fraction_end(struct fraction *it)
{
    struct number *all[] = {it->root, it->p, it->q, it->term, it->a, it->a_before};
    for (unsigned i = 0; i < sizeof all / sizeof all[0]; i++)
        number_give(all[i]);
}

/* Keeps a and q as a relation when the base divides q down to 1. */
static void try_relation(struct factoring *it, const struct fraction *fraction)
{
    uint8_t power[BASE] = {fraction->is_negative};
    struct number *left = number_copy(fraction->q);
    for (unsigned i = 1; i < BASE && !number_is(left, 1); i++) {
        while (number_rest_small(left, it->base[i]) == 0) {
            uint32_t rest;
            assign(&left, number_divide_small(left, it->base[i], &rest));
            power[i]++;
        }
    }
    if (number_is(left, 1)) {
        struct relation *relation = checked(block_take(sizeof *relation));
        memset(relation, 0, sizeof *relation);
        memcpy(relation->power, power, sizeof power);
        relation->a = number_copy(fraction->a);
        for (unsigned i = 0; i < BASE; i++)
            relation->odd[i / 64] |= (uint64_t)(power[i] & 1) << i % 64;
        unsigned own = BASE + it->count;
        relation->odd[own / 64] |= 1ULL << own % 64;
        it->relations[it->count++] = relation;
    }
    number_give(left);
}

static bool has_bit(const struct relation *relation, unsigned bit)
{
    return relation->odd[bit / 64] >> bit % 64 & 1;
}

/* The joined relations multiply to X^2 = Y^2; returns the common divisor of X + Y and n. */
static struct number *divisor_of(const struct factoring *it, const struct relation *joined)
{
    unsigned power[BASE] = {0};
    struct number *x = number_of(1);
    struct number *y = number_of(1);
    for (unsigned i = 0; i < it->count; i++) {
        if (!has_bit(joined, BASE + i))
            continue;
        struct number *product = number_multiply(x, it->relations[i]->a);
        assign(&x, number_divide(product, it->n, NULL));
        number_give(product);
        for (unsigned j = 0; j < BASE; j++)
            power[j] += it->relations[i]->power[j];
    }
    for (unsigned j = 1; j < BASE; j++)
        for (unsigned half = power[j] / 2; half > 0; half--) {
            struct number *prime = number_of(it->base[j]);
            struct number *product = number_multiply(y, prime);
            assign(&y, number_divide(product, it->n, NULL));
            number_give(product);
            number_give(prime);
        }
    struct number *sum = number_add(x, y);
    struct number *divisor = number_common_divisor(sum, it->n);
    number_give(sum);
    number_give(x);
    number_give(y);
    return divisor;
}

/* Gauss over the odd powers; a row that comes out even is tried. NULL when no row splits n. */
static struct number *eliminate(struct factoring *it)
{
    bool is_pivot[RELATIONS] = {false};
    for (unsigned column = 0; column < BASE; column++) {
        unsigned pivot = 0;
        while (pivot < it->count && (is_pivot[pivot] || !has_bit(it->relations[pivot], column)))
            pivot++;
        if (pivot == it->count)
            continue;
        is_pivot[pivot] = true;
        for (unsigned row = 0; row < it->count; row++)
            if (!is_pivot[row] && has_bit(it->relations[row], column))
                for (unsigned word = 0; word < ROW_WORDS; word++)
                    it->relations[row]->odd[word] ^= it->relations[pivot]->odd[word];
    }
    for (unsigned row = 0; row < it->count; row++) {
        if (is_pivot[row])
            continue;
        struct number *divisor = divisor_of(it, it->relations[row]);
        if (!number_is(divisor, 1) && number_compare(divisor, it->n) != 0)
            return divisor;
        number_give(divisor);
    }
    return NULL;
}

static struct number *factor_of(const struct number *n)
{
    struct factoring it = {.n = n};
    struct fraction fraction = fraction_begin(n);
    choose_base(&it);
    while (it.count < RELATIONS) {
        fraction_step(&fraction);
        try_relation(&it, &fraction);
        fraction_advance(&fraction);
    }
    struct number *divisor = eliminate(&it);
    for (unsigned i = 0; i < it.count; i++) {
        number_give(it.relations[i]->a);
        block_give(it.relations[i]);
    }
    fraction_end(&fraction);
    return divisor;
}

/* Products of two primes each. */
#define NUMBER_FULL  "210637606452491162732956615717"
#define NUMBER_QUICK "411063664428119241668543"

struct outcome workload_cfrac(const struct plan *plan)
{
    struct number *n = number_from_text(plan->is_quick ? NUMBER_QUICK : NUMBER_FULL);
    struct number *divisor = factor_of(n);
    struct number *rest = divisor ? number_divide(n, divisor, NULL) : NULL;
    if (!rest || rest->length > 0) {
        fputs("cfrac did not find a factor\n", stderr);
        exit(1);
    }
    number_give(rest);
    number_give(divisor);
    number_give(n);
    return (struct outcome){0};
}
