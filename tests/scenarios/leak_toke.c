/* leak_toke.c - the second seed's leak as its tools saw it: 1,664-byte token blocks in paged pool,
 * a few more at every sample, told by the difference of allocations and frees. Frees them at the
 * end. */
#include <wdm.h>

#include <expool/statistics.h>
#include <stdio.h>

#define TOKEN_TAG  'ekoT'
#define TOKEN_SIZE 1648 /* with its header 1,664 bytes, 104 units */
#define SAMPLES    5
#define LOGONS     200

static PVOID tokens[SAMPLES * LOGONS];
static unsigned token_count;

/* A connection duplicates a token and closes the handle; every fourth one is forgotten. */
static void connect_once(unsigned number)
{
    PVOID token = ExAllocatePoolWithTag(PagedPool, TOKEN_SIZE, TOKEN_TAG);
    if (token != NULL && number % 4 == 0)
        tokens[token_count++] = token;
    else
        ExFreePoolWithTag(token, TOKEN_TAG);
}

int main(void)
{
    ULONGLONG before = 0;
    printf(" Tag  Type     Allocs     Frees      Diff       Bytes\n");
    for (unsigned sample = 0; sample < SAMPLES; sample++) {
        for (unsigned i = 0; i < LOGONS; i++)
            connect_once(i);
        struct expool_tag_statistics tag;
        expool_tag_statistics_get(TOKEN_TAG, &tag);
        ULONGLONG allocations = tag.pool[EXPOOL_CLASS_PAGED].allocations;
        ULONGLONG difference = allocations - tag.pool[EXPOOL_CLASS_PAGED].frees;
        printf(" Toke Paged %9llu %9llu %9llu %11llu\n", (unsigned long long)allocations,
               (unsigned long long)tag.pool[EXPOOL_CLASS_PAGED].frees,
               (unsigned long long)difference,
               (unsigned long long)tag.pool[EXPOOL_CLASS_PAGED].bytes);
        if (difference != before + LOGONS / 4)
            return 1;
        before = difference;
    }
    while (token_count > 0)
        ExFreePoolWithTag(tokens[--token_count], TOKEN_TAG);
    return 0;
}
