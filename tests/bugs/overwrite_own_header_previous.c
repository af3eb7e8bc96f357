/* overwrite_own_header_previous.c - writes an impossible previous size into its own header.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    unsigned short *block = ExAllocatePoolWithTag(NonPagedPoolNx, 48, 'tseT');
    if (!near_miss)
        block[-8] = 999;
    ExFreePool(block);
    return 0;
}
