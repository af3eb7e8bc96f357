/* lose_malloc_behind_freed.c - the only pointer to what malloc gave lies in a block that is freed.
 * With an argument it is the near miss. */
#include <wdm.h>

#include <stdlib.h>

struct owner {
    char rest[64];
    char *name;
};
static struct owner *volatile owner;

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    owner = ExAllocatePool2(POOL_FLAG_NON_PAGED, sizeof *owner, 'tseT');
    owner->name = malloc(77);
    if (near_miss)
        free(owner->name);
    ExFreePoolWithTag(owner, 'tseT');
    owner = NULL;
    return 0;
}
