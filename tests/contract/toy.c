/* toy.c - the smallest target that passes, and by a macro each of the ways not to. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerInitialize(int *count, char ***arguments);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static unsigned steps[256];

/* Enough branches, and enough accesses, for the least that is asked. */
#define STEP(n)                                                                                    \
    if (length > (n) && bytes[n] == (n) + 'a')                                                     \
    steps[bytes[n]] += bytes[length - 1 - (n)]
#define STEP4(n)                                                                                   \
    STEP(n);                                                                                       \
    STEP((n) + 1);                                                                                 \
    STEP((n) + 2);                                                                                 \
    STEP((n) + 3)
#define STEP16(n)                                                                                  \
    STEP4(n);                                                                                      \
    STEP4((n) + 4);                                                                                \
    STEP4((n) + 8);                                                                                \
    STEP4((n) + 12)

#ifdef MANY_CHECKS
static int sum(const int *numbers, int count)
{
    int total = 0;
    for (int i = 0; i < count; i++)
        total += numbers[i] * numbers[count - 1 - i] / (numbers[i] + 1) << (i & 7);
    return total;
}
#endif

int LLVMFuzzerInitialize(int *count, char ***arguments)
{
    (void)count;
    (void)arguments;
#ifdef OPENS
    FILE *file = fopen(OPENS, "rb");
    if (file == NULL)
        exit(3);
    fclose(file);
#endif
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
#ifdef PRINTS_LINES
    for (int i = 0; i < PRINTS_LINES / 4; i++)
        fprintf(stderr, "line %d\n", i);
#endif
#ifdef CRASHES_ON_SEEDS
    if (length == 4 && memcmp(bytes, "seed", 4) == 0)
        abort();
#endif
#ifdef MANY_CHECKS
    int numbers[16] = {(int)length, 2, 3, 4};
    steps[0] += (unsigned)sum(numbers, 16);
#endif
    STEP16(0);
    STEP16(16);
    STEP16(32);
    STEP16(48);
    return 0;
}
