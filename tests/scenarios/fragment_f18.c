/* fragment_f18.c - the third seed's story with x64 numbers: large blocks leave a remainder in each
 * page, small blocks pin it, the large ones come and go, and bytes in pages run away from bytes in
 * blocks. Asking for a whole page is the cure. */
#include <wdm.h>

#include <expool/statistics.h>
#include <expool/verifier.h>
#include <stdio.h>

#define LARGE_TAG  'mCmM'
#define SMALL_TAG  'vEeR'
#define LARGE_SIZE 0xF10 /* a block of 0xF20; 0xE0 remain in its page */
#define SMALL_SIZE 24
#define PAGES      256
#define ROUNDS     4

static PVOID large[PAGES];
static PVOID small[ROUNDS][2 * PAGES];

static void show(const char *moment, double *use)
{
    struct expool_class_statistics statistics;
    expool_class_statistics_get(EXPOOL_CLASS_NONPAGED, &statistics);
    double pages = (double)statistics.pages * PAGE_SIZE;
    *use = pages > 0 ? 100.0 * (double)statistics.bytes / pages : 100.0;
    printf("%-28s %8.1f KiB in pages, %8.1f KiB in blocks: %5.1f %% use\n", moment, pages / 1024,
           (double)statistics.bytes / 1024, *use);
}

/* Large blocks come, a small one lands in each page's remainder, the large ones go; then small ones
 * land where they were, so that the next large one needs a new page. */
static void one_round(unsigned round, SIZE_T large_size)
{
    for (unsigned i = 0; i < PAGES; i++)
        large[i] = ExAllocatePoolWithTag(NonPagedPoolNx, large_size, LARGE_TAG);
    for (unsigned i = 0; i < PAGES; i++)
        small[round][i] = ExAllocatePoolWithTag(NonPagedPoolNx, SMALL_SIZE, SMALL_TAG);
    for (unsigned i = 0; i < PAGES; i++)
        ExFreePoolWithTag(large[i], LARGE_TAG);
    for (unsigned i = PAGES; i < 2 * PAGES; i++)
        small[round][i] = ExAllocatePoolWithTag(NonPagedPoolNx, SMALL_SIZE, SMALL_TAG);
}

static double play(SIZE_T large_size, const char *name)
{
    double use = 0;
    printf("%s: %u blocks of 0x%X bytes, %u small ones of %u\n", name, PAGES, (unsigned)large_size,
           2 * PAGES, SMALL_SIZE);
    for (unsigned round = 0; round < ROUNDS; round++)
        one_round(round, large_size);
    show("  after four rounds", &use);
    for (unsigned round = 0; round < ROUNDS; round++)
        for (unsigned i = 0; i < 2 * PAGES; i++)
            ExFreePoolWithTag(small[round][i], SMALL_TAG);
    return use;
}

int main(void)
{
    if (expool_verifier_is_on()) {
        printf("special pool gives each block pages of its own: there is nothing to fragment\n");
        return 0;
    }
    double pinned = play(LARGE_SIZE, "as in the seed");
    double cured = play(PAGE_SIZE, "whole pages instead");
    return pinned < cured ? 0 : 1;
}
