/* mutator_afl.c - the kit's mutator as AFL++ takes it: NAME_afl_mutator.so, made of the same files
 * as the target, whose operations it has to know; AFL_CUSTOM_MUTATOR_LIBRARY names it. */
#include "fuzz/kit/input.h"
#include "fuzz/kit/mutate.h"
#include "fuzz/kit/table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CROSS_EVERY = 8 };

struct mutator {
    uint64_t seed; /* of the next child */
    uint8_t child[KIT_INPUT_BYTES_MAX];
};

/* What AFL++ looks for by name. */
#pragma GCC visibility push(default)
void *afl_custom_init(void *afl, unsigned int seed);
void afl_custom_deinit(struct mutator *mutator);
size_t afl_custom_fuzz(struct mutator *mutator, uint8_t *bytes, size_t length, uint8_t **child,
                       uint8_t *other, size_t other_length, size_t capacity);
#pragma GCC visibility pop

void *afl_custom_init(void *afl, unsigned int seed)
{
    (void)afl;
    const char *wrong = kit_table_start();
    struct mutator *mutator = wrong == NULL ? calloc(1, sizeof *mutator) : NULL;
    if (wrong != NULL)
        (void)fprintf(stderr, "expool kit: %s\n", wrong);
    if (mutator != NULL)
        mutator->seed = (uint64_t)seed << 32;
    return mutator; /* NULL: AFL++ says so and ends */
}

void afl_custom_deinit(struct mutator *mutator)
{
    free(mutator);
}

/* NOLINTNEXTLINE(readability-function-size): as AFL++ calls it */
size_t afl_custom_fuzz(struct mutator *mutator, uint8_t *bytes, size_t length, uint8_t **child,
                       uint8_t *other, size_t other_length, size_t capacity)
{
    uint64_t seed = mutator->seed++;
    *child = mutator->child;
    if (capacity > sizeof mutator->child)
        capacity = sizeof mutator->child;
    if (seed % CROSS_EVERY == 0 && other_length > 0) {
        size_t crossed = kit_cross((const uint8_t *const[]){bytes, other},
                                   (const size_t[]){length, other_length}, mutator->child, seed);
        if (crossed > 0 && crossed <= capacity)
            return crossed;
    }
    length = length < sizeof mutator->child ? length : sizeof mutator->child;
    memcpy(mutator->child, bytes, length);
    return kit_mutate(mutator->child, length, capacity, seed);
}
