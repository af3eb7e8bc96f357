/* Stacks that are not as others. */
#include "tests/heap/bug.h"

/* A routine written by hand whose unwind tables say nothing that anybody understands. */
__attribute__((noinline)) static void *allocate_behind_bad_tables(size_t size)
{
    __asm__ volatile(".cfi_escape 0x0f, 0x01, 0xe0");
    void *made = malloc(size);
    __asm__ volatile("" : : : "memory");
    return made;
}

static void bad_tables(int is_wrong)
{
    char *made = allocate_behind_bad_tables(48);
    if (is_wrong)
        free(made);
    sink = (unsigned char)made[3];
    if (!is_wrong)
        free(made);
}

BUG_MAIN(BUG(bad_tables))
