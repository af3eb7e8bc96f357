/* free_resource_in_use.c - frees a block with a resource in it that was not deleted.
 * With an argument it is the near miss. */
#include <wdm.h>

struct context {
    ULONG number;
    ERESOURCE lock;
};

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    struct context *context = ExAllocatePool2(POOL_FLAG_NON_PAGED, sizeof *context, 'kcoL');
    ExInitializeResourceLite(&context->lock);
    if (near_miss)
        ExDeleteResourceLite(&context->lock);
    ExFreePoolWithTag(context, 'kcoL');
    return 0;
}
