/* Memory used after it was freed, and freed when it may not be. */
#include "tests/heap/bug.h"

static unsigned char *block(void)
{
    unsigned char *made = malloc(32);
    memset(made, 5, 32);
    return made;
}

static void read_freed(int is_wrong)
{
    unsigned char *made = block();
    if (!is_wrong)
        sink = made[3];
    free(made);
    if (is_wrong)
        sink = made[3];
}

static void write_freed(int is_wrong)
{
    unsigned char *made = block();
    if (!is_wrong)
        made[31] = 0x5a;
    free(made);
    if (is_wrong)
        made[31] = 0x5a;
}

static void read_freed_much_later(int is_wrong)
{
    unsigned char *made = block();
    unsigned char *other = block();
    free(made);
    for (int i = 0; i < 50000; i++)
        free(malloc(32));
    sink = is_wrong ? made[0] : other[0];
    free(other);
}

static void read_after_realloc(int is_wrong)
{
    unsigned char *made = block();
    unsigned char *moved = realloc(made, 33);
    sink = is_wrong ? made[0] : moved[0];
    free(moved);
}

static void read_freed_large(int is_wrong)
{
    unsigned char *made = malloc(300000);
    made[200000] = 0x5a;
    if (is_wrong)
        free(made);
    sink = made[200000];
    if (!is_wrong)
        free(made);
}

static void free_twice(int is_wrong)
{
    unsigned char *made = block();
    free(made);
    if (is_wrong)
        free(made);
}

static void free_twice_later(int is_wrong)
{
    unsigned char *made = block();
    free(made);
    for (int i = 0; i < 3000; i++)
        free(malloc(32));
    if (is_wrong)
        free(made);
}

static void free_inside(int is_wrong)
{
    unsigned char *made = block();
    free(made + 16 * is_wrong);
}

static void free_before(int is_wrong)
{
    unsigned char *made = block();
    free(made - 16 * is_wrong);
}

static void free_odd(int is_wrong)
{
    unsigned char *made = block();
    free(made + is_wrong);
}

static void free_stack(int is_wrong)
{
    unsigned char local[32] = {0};
    unsigned char *made = is_wrong ? local : block();
    sink = made[0];
    free(made);
}

static char global[64];

static void free_global(int is_wrong)
{
    free(is_wrong ? (void *)global : malloc(64));
}

static void realloc_freed(int is_wrong)
{
    unsigned char *made = block();
    if (is_wrong)
        free(made);
    made = realloc(made, 64);
    free(made);
}

static void realloc_inside(int is_wrong)
{
    unsigned char *made = block();
    made = realloc(made + 8 * is_wrong, 64);
    free(made);
}

static void realloc_global(int is_wrong)
{
    free(realloc(is_wrong ? (void *)global : malloc(64), 100));
}

BUG_MAIN(BUG(read_freed), BUG(write_freed), BUG(read_freed_much_later), BUG(read_after_realloc),
         BUG(read_freed_large), BUG(free_twice), BUG(free_twice_later), BUG(free_inside),
         BUG(free_before), BUG(free_odd), BUG(free_stack), BUG(free_global), BUG(realloc_freed),
         BUG(realloc_inside), BUG(realloc_global))
