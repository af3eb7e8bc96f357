/* no_frame_pointers.c - a caller compiled without frame pointers, whose register points into what
 * it has not written of its stack: our search for its callers reads there.
 * Compiled with -O1 -fomit-frame-pointer. */
#include <wdm.h>

static void __attribute__((noinline)) fill(int *at)
{
    *at = 1;
    __asm__ volatile("" ::: "memory");
}

int main(void)
{
    int numbers[6];
    for (int i = 0; i < 6; i++)
        fill(&numbers[i]);
    void *block = ExAllocatePool2(POOL_FLAG_NON_PAGED, 32, 'tseT');
    ExFreePoolWithTag(block, 'tseT');
    return numbers[5] - 1;
}
