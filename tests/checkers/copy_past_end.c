/* copy_past_end.c - copies 60 bytes to a block of 50: the write is the C library's.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    char source[60] = "";
    SIZE_T length = near_miss ? 50 : sizeof source;
    char *block = ExAllocatePool2(POOL_FLAG_PAGED, 50, 'tseT');
    RtlCopyMemory(block, source, length);
    ExFreePoolWithTag(block, 'tseT');
    return 0;
}
