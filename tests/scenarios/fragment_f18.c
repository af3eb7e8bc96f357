/* fragment_f18.c - the third seed's story with x64 numbers. Part one plays it step by step: large
 * blocks come and go, small ones keep their pages. Part two builds the very machine of its dump,
 * 25,463 pages of which 65,912,104 bytes are in blocks, and shows where the rest is. Part three
 * asks for whole pages instead. docs/FRAGMENTATION.md walks through what is printed. */
#include <wdm.h>

#include <expool/census.h>
#include <expool/verifier.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LARGE_TAG   'mCmM'
#define SMALL_TAG   'vEeR'
#define PACKET_TAG  'ppDN'
#define LARGE_SIZE  0xF10 /* with its header 0xF20; 0xE0 remain in the page. x86: 0xF18 and 0xE8 */
#define SMALL_SIZE  8     /* with its header 24 bytes, in a block of 32. x86: 0x18 */
#define SMALL_BYTES 32
#define PER_PAGE    (PAGE_SIZE / SMALL_BYTES)

/* The dump: 25,463 pages, 65,912,104 bytes, 3,187 blocks of MmCm. The rest follows: so many pages
 * in full use and so many kept by 24 bytes give these sums and no others; a block here is a
 * multiple of 16 bytes, so the sum is 8 bytes more. */
#define DUMP_PAGES  25463
#define DUMP_BYTES  65912112 /* and 8 less on x86 */
#define DUMP_LARGE  3187
#define DUMP_FULL   13006
#define DUMP_PINNED 9269
#define ODD_SIZE    (0xB30 - 16) /* fits no hole beside a pinning block in mid-page */

#define PAGES 256

/* The segment back end gives busy sizes pages of their own: small blocks seldom land among large
 * ones, and the old pages are no longer in the way. */
static BOOLEAN has_slots;

static PVOID large[DUMP_LARGE];
static PVOID full[DUMP_FULL];
static PVOID kept[DUMP_PINNED];
static struct expool_census census;

static PVOID allocate(SIZE_T size, ULONG tag)
{
    PVOID block = ExAllocatePoolWithTag(NonPagedPoolNx, size, tag);
    if (block == NULL)
        exit(2);
    return block;
}

static void free_all(PVOID *blocks, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        ExFreePool(blocks[i]);
    (void)expool_pool_trim(); /* caches would keep some for a moment: not what this is about */
}

static void allocate_all(PVOID *blocks, unsigned count, SIZE_T size, ULONG tag)
{
    for (unsigned i = 0; i < count; i++)
        blocks[i] = allocate(size, tag);
}

static const struct expool_census *count(void)
{
    (void)expool_pool_trim();
    expool_census_get(EXPOOL_CLASS_NONPAGED, &census);
    return &census;
}

static void show(const char *step)
{
    count();
    printf("%-50s %6llu pages, %9llu bytes in blocks: %5.1f %% use, %llu pinned\n", step,
           (unsigned long long)census.pages, (unsigned long long)census.block_bytes,
           (double)census.block_bytes * 100 / (double)census.page_bytes,
           (unsigned long long)census.pinned_pages);
}

static int by_address(const void *a, const void *b)
{
    ULONG_PTR left = *(const ULONG_PTR *)a;
    ULONG_PTR right = *(const ULONG_PTR *)b;
    return left < right ? -1 : left > right;
}

static int by_page(const void *a, const void *b)
{
    ULONG_PTR left = *(const ULONG_PTR *)a / PAGE_SIZE;
    ULONG_PTR right = *(const ULONG_PTR *)b / PAGE_SIZE;
    return left < right ? -1 : left > right;
}

/* A burst of small blocks: all end soon but for one in the middle of each page's. Those that stay
 * go to `stay`, in the order of addresses; returns how many. With `old_count`, so many in front of
 * `stay`, only blocks on the pages of those stay. */
static unsigned burst(unsigned number, PVOID *stay, unsigned stay_max, unsigned old_count)
{
    PVOID *blocks = malloc(number * sizeof *blocks);
    const PVOID *old = stay - old_count;
    unsigned stayed = 0;
    if (blocks == NULL)
        exit(2);
    allocate_all(blocks, number, SMALL_SIZE, SMALL_TAG);
    qsort(blocks, number, sizeof *blocks, by_address);
    for (unsigned first = 0, end = 0; first < number; first = end) {
        while (end < number && PAGE_ALIGN(blocks[end]) == PAGE_ALIGN(blocks[first]))
            end++;
        unsigned middle = first + (end - first) / 2;
        BOOLEAN stays =
            stayed < stay_max &&
            (old_count == 0 || bsearch(&blocks[first], old, old_count, sizeof *old, by_page));
        for (unsigned i = first; i < end; i++)
            if (i != middle || !stays)
                ExFreePoolWithTag(blocks[i], SMALL_TAG);
        if (stays)
            stay[stayed++] = blocks[middle];
    }
    free(blocks);
    return stayed;
}

static int failures;

static void expect(const char *what, unsigned long long is, unsigned long long should)
{
    if (is == should)
        return;
    printf("NOT AS IT SHOULD BE: %s is %llu, %llu was expected\n", what, is, should);
    failures++;
}

/* Steps 1 to 5 of the seed. */
static void play(SIZE_T large_size)
{
    BOOLEAN cured = large_size == PAGE_SIZE;
    unsigned stayed;
    printf("\n%u blocks of 0x%X bytes, small ones of %u\n", PAGES, (unsigned)large_size,
           SMALL_SIZE);
    allocate_all(large, PAGES, large_size, LARGE_TAG);
    show("1  the driver asks for its large blocks");
    expect("pages after step 1", census.pages, PAGES);
    stayed = burst(7 * PAGES, kept, PAGES, 0); /* 0xE0 bytes take seven of them */
    show("2  small blocks come, one in each page stays");
    free_all(large, PAGES);
    show("3  the driver frees its blocks; the pages stay");
    expect("pages after step 3", census.pages, stayed);
    expect("pages pinned by one block", census.pinned_pages, stayed);
    expect("bytes in blocks", census.block_bytes, (unsigned long long)stayed * SMALL_BYTES);
    allocate_all(large, PAGES, large_size, LARGE_TAG);
    show("   asked again now, the holes would still do");
    if (has_slots)
        expect("at most its pages and the pinned ones", census.pages <= PAGES + stayed, 1);
    else
        expect("pages asked again after step 3", census.pages, cured ? PAGES + stayed : stayed);
    free_all(large, PAGES);
    stayed += burst((PER_PAGE + 7) * stayed, kept + stayed, PAGES, stayed);
    show("4  small ones land where the large ones were");
    allocate_all(large, PAGES, large_size, LARGE_TAG);
    show(cured       ? "5  the driver asks again: as many pages as before"
         : has_slots ? "5  the driver asks again: its pages had gone back"
                     : "5  the driver asks again: no old page will do");
    if (has_slots)
        expect("no more pages after step 5", census.pages <= PAGES + stayed / 2, 1);
    else
        expect("pages after step 5", census.pages, cured ? PAGES + stayed / 2 : 2 * PAGES);
    free_all(large, PAGES);
    free_all(kept, stayed);
    expect("pages at the end", count()->pages, 0);
}

static void explain(void)
{
    printf("so the %u pages are\n", DUMP_PAGES);
    printf("  %6u in full use: packets and the like\n", DUMP_FULL);
    printf("  %6u with a block of 0xF20 bytes each and a hole of 0xE0\n", DUMP_LARGE);
    printf(
        "  %6u that 24 live bytes keep, header included: %.1f %% of all pages for %.2f %% of all "
        "bytes\n",
        DUMP_PINNED, 100.0 * DUMP_PINNED / DUMP_PAGES,
        100.0 * DUMP_PINNED * SMALL_BYTES / DUMP_BYTES);
    printf("  %6u with a block that fits no hole: the largest is half a page\n", 1);
}

/* The machine of the dump. */
static void build(void)
{
    char text[2048];
    printf("\nthe dump's machine\n");
    allocate_all(full, DUMP_FULL, PAGE_SIZE, PACKET_TAG);
    expect("pages kept by 24 bytes", burst(DUMP_PINNED * PER_PAGE, kept, DUMP_PINNED, 0),
           DUMP_PINNED);
    count();
    expect("pinned pages", census.pinned_pages, DUMP_PINNED);
    expect("pages before", census.pages, DUMP_FULL + DUMP_PINNED);
    allocate_all(large, DUMP_LARGE, LARGE_SIZE, LARGE_TAG);
    PVOID odd = allocate(ODD_SIZE, PACKET_TAG);
    count();
    (void)expool_census_text(&census, text, sizeof text);
    printf("%s", text);
    explain();
    expect("pages", census.pages, DUMP_PAGES);
    expect("bytes in blocks", census.block_bytes, DUMP_BYTES);
    expect("use in permille", census.use_permille, 632);
    expect("pinned bytes", census.pinned_bytes, (unsigned long long)DUMP_PINNED * (4096 - 32));
    ExFreePool(odd);
    free_all(large, DUMP_LARGE);
    free_all(kept, DUMP_PINNED);
    free_all(full, DUMP_FULL);
    expect("pages at the end", count()->pages, 0);
}

int main(void)
{
    if (expool_verifier_is_on()) {
        printf("special pool gives each block pages of its own: there is nothing to fragment\n");
        return 0;
    }
    const char *options = getenv("EXPOOL_OPTIONS");
    has_slots = options != NULL && strstr(options, "backend=segment") != NULL;
    play(LARGE_SIZE);
    build();
    printf("\nthe cure: whole pages\n");
    play(PAGE_SIZE);
    printf("\n%s\n", failures == 0 ? "as in the seed" : "not as in the seed");
    return failures == 0 ? 0 : 1;
}
