/* matrix.h - what the rows of the matrix share: the facts that a cell's words stand for, and small
 * helpers. A row's routine makes its mistake, or with is_near_miss the nearest thing to it that is
 * right; it says the facts before the mistake shows. */
#ifndef TESTS_MATRIX_H
#define TESTS_MATRIX_H

#include <ntifs.h>

#include "expool/driver.h"
#include "expool/paging.h"
#include "expool/statistics.h"
#include "expool/verifier.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* OTHER differs from every fill in more than one bit. */
enum { TAG = 'xrtM', FACTS_MAX = 16, ROOM = 64, OTHER = 0x7F };

static bool is_near_miss;
static bool is_special;
static unsigned irql_of_row;
static const char *program;

static struct {
    const char *name;
    uint64_t value;
} facts[FACTS_MAX];
static unsigned fact_count;

static inline void fact(const char *name, uint64_t value)
{
    facts[fact_count].name = name;
    facts[fact_count++].value = value;
}
#define FACT(name, value) fact(name, (uint64_t)(uintptr_t)(value))

/* A block of its kind among others, with its facts. */
static inline unsigned char *make(POOL_TYPE type, size_t size_bytes)
{
    unsigned char *block = ExAllocatePoolWithTag(type, size_bytes, TAG);
    FACT("block", block);
    FACT("size", size_bytes);
    FACT("end", block + size_bytes);
    FACT("type", (ULONG)type);
    FACT("tag", TAG);
    FACT("header", block - 16);
    return block;
}

static inline unsigned char *make_nonpaged(size_t size_bytes)
{
    return make(NonPagedPoolNx, size_bytes);
}

static inline KIRQL raise_to_row(void)
{
    KIRQL old = KeGetCurrentIrql();
    if (irql_of_row > old)
        KeRaiseIrql((KIRQL)irql_of_row, &old);
    return old;
}

/* Reads and writes that no compiler leaves out. */
static inline unsigned char touch(const volatile unsigned char *at)
{
    return *at;
}

static inline void put(volatile unsigned char *at, unsigned char value)
{
    *at = value;
}

/* Two small blocks side by side in one page: blocks[0] lies in front. False: none were found. */
static inline bool make_neighbours(unsigned char *blocks[2], size_t size_bytes)
{
    enum { MANY = 64 };
    unsigned char *all[MANY];
    size_t trailer = expool_verifier_is_on() ? 8 : 0; /* at least: verifier/track.h */
    size_t distance = (size_bytes + trailer + 15) / 16 * 16 + 16;
    for (unsigned i = 0; i < MANY; i++)
        all[i] = ExAllocatePoolWithTag(NonPagedPoolNx, size_bytes, TAG);
    for (unsigned i = 0; i < MANY; i++)
        for (unsigned j = 0; j < MANY; j++)
            if (all[j] == all[i] + distance && PAGE_ALIGN(all[i]) == PAGE_ALIGN(all[j])) {
                blocks[0] = all[i];
                blocks[1] = all[j];
                return true;
            }
    return false;
}

#endif
