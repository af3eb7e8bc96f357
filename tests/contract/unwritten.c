/* unwritten.c - what MemorySanitizer sees of pool memory: `unwritten CASE` decides by a byte of a
 * block. Exit 0: nobody objected. */
#include "expool/verifier.h"

#include <wdm.h>

#include <stdio.h>
#include <string.h>

enum { TAG = 'tseT', SMALL = 40, BIG = 20000 };

static int decides_by(const volatile unsigned char *byte)
{
    if (*byte == 7)
        puts("seven");
    return 0;
}

static unsigned char *uninitialized(size_t bytes)
{
    return ExAllocatePool2(POOL_FLAG_NON_PAGED | POOL_FLAG_UNINITIALIZED, bytes, TAG);
}

static int small(void)
{
    return decides_by(uninitialized(SMALL) + 3);
}

static int big(void)
{
    return decides_by(uninitialized(BIG) + BIG - 1);
}

/* What its last owner wrote is no excuse. */
static int reused(void)
{
    for (int i = 0; i < 100; i++) {
        unsigned char *block = uninitialized(SMALL);
        memset(block, 1, SMALL);
        ExFreePoolWithTag(block, TAG);
    }
    return small();
}

static int lookaside(void)
{
    static LOOKASIDE_LIST_EX list;
    if (!NT_SUCCESS(
            ExInitializeLookasideListEx(&list, NULL, NULL, NonPagedPoolNx, 0, SMALL, TAG, 0)))
        return 2;
    unsigned char *entry = ExAllocateFromLookasideListEx(&list);
    memset(entry, 1, SMALL);
    ExFreeToLookasideListEx(&list, entry);
    entry = ExAllocateFromLookasideListEx(&list);
    return decides_by(entry + SMALL - 1);
}

static int special(void)
{
    return expool_verifier_start() ? small() : 2;
}

static int zeroed(void)
{
    unsigned char *block = ExAllocatePool2(POOL_FLAG_NON_PAGED, SMALL, TAG);
    unsigned char *pages = ExAllocatePool2(POOL_FLAG_PAGED, BIG, TAG);
    return decides_by(block + 3) + decides_by(pages + BIG - 1);
}

/* Freed without having been written, from caches, heap and pages, then zeroed for somebody else. */
static int zeroed_after(void)
{
    for (size_t bytes = 1; bytes < BIG; bytes += bytes / 2 + 1) {
        ExFreePoolWithTag(uninitialized(bytes), TAG);
        unsigned char *block = ExAllocatePool2(POOL_FLAG_NON_PAGED, bytes, TAG);
        decides_by(block + bytes - 1);
        ExFreePoolWithTag(block, TAG);
    }
    return 0;
}

static int zeroed_special(void)
{
    return expool_verifier_start() ? zeroed_after() : 2;
}

int main(int count, char **arguments)
{
    static const struct {
        const char *name;
        int (*run)(void);
    } cases[] = {
        {"small", small},         {"big", big},
        {"reused", reused},       {"special", special},
        {"zeroed", zeroed},       {"zeroed_after", zeroed_after},
        {"lookaside", lookaside}, {"zeroed_special", zeroed_special},
    };
    for (unsigned i = 0; count == 2 && i < sizeof cases / sizeof cases[0]; i++)
        if (strcmp(arguments[1], cases[i].name) == 0)
            return cases[i].run();
    fprintf(stderr, "unwritten: which case?\n");
    return 2;
}
