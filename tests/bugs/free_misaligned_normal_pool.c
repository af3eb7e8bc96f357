/* free_misaligned_normal_pool.c - frees a moved pointer under the verifier without special pool.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    char *block = ExAllocatePoolWithTag(PagedPool, 100, 'tseT');
    ExFreePool(near_miss ? block : block + 1);
    return 0;
}
