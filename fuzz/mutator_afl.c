/* mutator_afl.c - the mutator as AFL++ takes it: a shared library that AFL_CUSTOM_MUTATOR_LIBRARY
 * names, with AFL_CUSTOM_MUTATOR_ONLY=1, since AFL++'s own mutators cut through records. It trims
 * record by record, and the queue's file names say what was done. */
#include "fuzz/mutate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DESCRIPTION_MAX = 128, LARGEST_PART = 4, SMALLEST_PART = 32 };

struct mutator {
    uint64_t seed;  /* of the next child */
    unsigned kinds; /* of the last one */
    uint8_t child[PROGRAM_BYTES_MAX];
    char description[DESCRIPTION_MAX];
    uint8_t kept[PROGRAM_BYTES_MAX]; /* as far as it is trimmed */
    size_t kept_length;
    unsigned at;  /* the records to try without: from here on, */
    unsigned run; /* so many; 0: done */
    unsigned least;
};

/* What AFL++ looks for by name. */
void *afl_custom_init(void *afl, unsigned int seed);
void afl_custom_deinit(struct mutator *mutator);
size_t afl_custom_fuzz(struct mutator *mutator, uint8_t *bytes, size_t length, uint8_t **child,
                       uint8_t *other, size_t other_length, size_t capacity);
const char *afl_custom_describe(struct mutator *mutator, size_t capacity);
int32_t afl_custom_init_trim(struct mutator *mutator, uint8_t *bytes, size_t length);
size_t afl_custom_trim(struct mutator *mutator, uint8_t **child);
int32_t afl_custom_post_trim(struct mutator *mutator, unsigned char is_same);

void *afl_custom_init(void *afl, unsigned int seed)
{
    (void)afl;
    struct mutator *mutator = calloc(1, sizeof *mutator);
    if (mutator != NULL)
        mutator->seed = (uint64_t)seed << 32;
    return mutator; /* NULL: AFL++ says so and ends */
}

void afl_custom_deinit(struct mutator *mutator)
{
    free(mutator);
}

static size_t whole(size_t length)
{
    length = length < PROGRAM_BYTES_MAX ? length : PROGRAM_BYTES_MAX;
    return length - length % PROGRAM_RECORD_BYTES;
}

/* NOLINTNEXTLINE(readability-function-size): as AFL++ calls it */
size_t afl_custom_fuzz(struct mutator *mutator, uint8_t *bytes, size_t length, uint8_t **child,
                       uint8_t *other, size_t other_length, size_t capacity)
{
    (void)other, (void)other_length;
    struct mutation mutation = {&program_grammar, mutator->child,  whole(length),
                                capacity,         mutator->seed++, 0};
    if (mutation.capacity > sizeof mutator->child)
        mutation.capacity = sizeof mutator->child;
    memcpy(mutator->child, bytes, mutation.length);
    mutate(&mutation);
    mutator->kinds = mutation.kinds;
    *child = mutator->child;
    return mutation.length;
}

/* "insert+header", as part of a file's name. */
const char *afl_custom_describe(struct mutator *mutator, size_t capacity)
{
    size_t length = 0;
    mutator->description[0] = '\0';
    if (capacity > sizeof mutator->description)
        capacity = sizeof mutator->description;
    for (unsigned i = 0; i < MUTATION_KIND_COUNT && length < capacity; i++)
        if ((mutator->kinds >> i & 1) != 0)
            length += (size_t)snprintf(mutator->description + length, capacity - length, "%s%s",
                                       length == 0 ? "" : "+", mutation_names[i]);
    return mutator->description;
}

static unsigned kept_records(const struct mutator *mutator)
{
    return (unsigned)(mutator->kept_length / PROGRAM_RECORD_BYTES) -
           PROGRAM_HEADER_BYTES / PROGRAM_RECORD_BYTES;
}

/* From the end to the front, first a quarter at a time, then half of that, down to single records
 * or in long programs a 32nd: each step is an execution. */
static void next_run(struct mutator *mutator)
{
    unsigned records = kept_records(mutator);
    if (mutator->at > 0) {
        mutator->at = mutator->at > mutator->run ? mutator->at - mutator->run : 0;
        return;
    }
    mutator->run /= 2;
    if (mutator->run < mutator->least)
        mutator->run = 0;
    if (mutator->run > records)
        mutator->run = records;
    mutator->at = records - mutator->run;
}

/* 0: nothing to trim; 1: AFL++ goes on until post_trim returns that. */
int32_t afl_custom_init_trim(struct mutator *mutator, uint8_t *bytes, size_t length)
{
    mutator->kept_length = whole(length);
    memcpy(mutator->kept, bytes, mutator->kept_length);
    if (mutator->kept_length <= PROGRAM_HEADER_BYTES + PROGRAM_RECORD_BYTES)
        return 0;
    unsigned records = kept_records(mutator);
    mutator->run = records < LARGEST_PART ? 1 : records / LARGEST_PART;
    mutator->least = records < SMALLEST_PART ? 1 : records / SMALLEST_PART;
    mutator->at = records - mutator->run;
    return 1;
}

size_t afl_custom_trim(struct mutator *mutator, uint8_t **child)
{
    size_t from = PROGRAM_HEADER_BYTES + (size_t)mutator->at * PROGRAM_RECORD_BYTES;
    size_t behind = from + (size_t)mutator->run * PROGRAM_RECORD_BYTES;
    if (behind > mutator->kept_length)
        behind = mutator->kept_length;
    memcpy(mutator->child, mutator->kept, from);
    memcpy(mutator->child + from, mutator->kept + behind, mutator->kept_length - behind);
    *child = mutator->child;
    return mutator->kept_length - (behind - from);
}

/* 1: done, as init_trim said. */
int32_t afl_custom_post_trim(struct mutator *mutator, unsigned char is_same)
{
    if (is_same != 0) {
        uint8_t *child;
        mutator->kept_length = afl_custom_trim(mutator, &child);
        memcpy(mutator->kept, child, mutator->kept_length);
    }
    if (kept_records(mutator) < 2)
        return 1;
    next_run(mutator);
    return mutator->run == 0;
}
