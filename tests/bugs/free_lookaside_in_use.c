/* free_lookaside_in_use.c - frees a block with a lookaside list in it that is in use.
 * With an argument it is the near miss. */
#include <wdm.h>

struct context {
    ULONG number;
    NPAGED_LOOKASIDE_LIST list;
};

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    struct context *context = ExAllocatePool2(POOL_FLAG_NON_PAGED, sizeof *context, 'cpdD');
    ExInitializeNPagedLookasideList(&context->list, NULL, NULL, 0, 64, 'tseT', 0);
    if (near_miss)
        ExDeleteNPagedLookasideList(&context->list);
    ExFreePoolWithTag(context, 'cpdD');
    return 0;
}
