/* Accesses past the end and in front of a block, from near and far. */
#include "tests/heap/bug.h"

enum { SIZE = 48 };

static unsigned char *block(void)
{
    unsigned char *made = malloc(SIZE);
    memset(made, 7, SIZE);
    return made;
}

static void touch_and_free(int offset, int is_write)
{
    unsigned char *made = block();
    if (is_write)
        made[offset] = 0x5a;
    else
        sink = made[offset];
    free(made);
}

static void write_past_1(int is_wrong)
{
    touch_and_free(SIZE - 1 + is_wrong, 1);
}

static void read_past_1(int is_wrong)
{
    touch_and_free(SIZE - 1 + is_wrong, 0);
}

static void write_past_8(int is_wrong)
{
    touch_and_free(SIZE - 8 + 16 * is_wrong, 1);
}

static void read_past_100(int is_wrong)
{
    touch_and_free(SIZE - 1 + 100 * is_wrong, 0);
}

static void write_before_1(int is_wrong)
{
    touch_and_free(-is_wrong, 1);
}

static void read_before_1(int is_wrong)
{
    touch_and_free(-is_wrong, 0);
}

static void write_before_8(int is_wrong)
{
    touch_and_free(-8 * is_wrong, 1);
}

static void read_before_100(int is_wrong)
{
    touch_and_free(-100 * is_wrong, 0);
}

/* 50 bytes lie 14 bytes away from the guard. */
static void write_into_slack(int is_wrong)
{
    char *made = malloc(50);
    made[49 + is_wrong] = 0x5a;
    free(made);
}

static void read_from_slack(int is_wrong)
{
    unsigned char *made = malloc(50);
    memset(made, 1, 50);
    sink = made[49 + is_wrong];
    free(made);
}

static unsigned char *kept;

static void slack_never_freed(int is_wrong)
{
    kept = malloc(50);
    kept[49 + 2 * is_wrong] = 0x5a;
}

static void before_never_freed(int is_wrong)
{
    kept = malloc(50);
    kept[-2 * is_wrong] = 0x5a;
}

static void write_past_page_size(int is_wrong)
{
    char *made = malloc(4096);
    made[4095 + is_wrong] = 0x5a;
    free(made);
}

static void write_past_megabytes(int is_wrong)
{
    size_t size = (size_t)5 << 20;
    char *made = malloc(size);
    made[size - 1 + (size_t)is_wrong * 16] = 0x5a;
    free(made);
}

static void touch_nothing(int is_wrong)
{
    unsigned char *made = malloc(0);
    if (is_wrong)
        sink = made[0];
    free(made);
}

static void calloc_row_too_many(int is_wrong)
{
    int *rows = calloc(8, sizeof *rows);
    for (int i = 0; i < 8 + is_wrong; i++)
        rows[i] = i;
    free(rows);
}

struct tailed {
    int count;
    int tail[];
};

static void struct_tail(int is_wrong)
{
    struct tailed *made = malloc(sizeof *made + 7 * sizeof made->tail[0]);
    for (int i = 0; i < 7 + is_wrong; i++)
        made->tail[i] = i;
    free(made);
}

/* Not wrong: but the processor wants 16 bytes' alignment here, which verify=exact does not give. */
static void vector_store(int is_wrong)
{
    char *made = malloc(is_wrong ? 24 : 32);
#ifdef __x86_64__
    __asm__ volatile("movaps %%xmm0, (%0)" : : "r"(made) : "memory");
#endif
    free(made);
}

static void aligned_past_1(int is_wrong)
{
    unsigned char *made = aligned_alloc(64, 128);
    made[127 + is_wrong] = 0x5a;
    free(made);
}

BUG_MAIN(BUG(write_past_1), BUG(read_past_1), BUG(write_past_8), BUG(read_past_100),
         BUG(write_before_1), BUG(read_before_1), BUG(write_before_8), BUG(read_before_100),
         BUG(write_into_slack), BUG(read_from_slack), BUG(slack_never_freed),
         BUG(before_never_freed), BUG(write_past_page_size), BUG(write_past_megabytes),
         BUG(touch_nothing), BUG(calloc_row_too_many), BUG(struct_tail), BUG(aligned_past_1),
         BUG(vector_store))
