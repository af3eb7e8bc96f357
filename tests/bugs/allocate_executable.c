/* allocate_executable.c - asks for pool that may be executed.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    char *block = ExAllocatePoolWithTag(near_miss ? NonPagedPoolNx : NonPagedPool, 100, 'tseT');
    if (block != NULL)
        ExFreePoolWithTag(block, 'tseT');
    return 0;
}
