/* free_set_timer.c - frees a block with a timer in it that is set.
 * With an argument it is the near miss. */
#include <wdm.h>

struct context {
    ULONG number;
    KTIMER timer;
};

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    LARGE_INTEGER hour = {.QuadPart = -36000000000};
    struct context *context = ExAllocatePool2(POOL_FLAG_NON_PAGED, sizeof *context, 'remT');
    KeInitializeTimer(&context->timer);
    KeSetTimer(&context->timer, hour, NULL);
    if (near_miss)
        KeCancelTimer(&context->timer);
    ExFreePoolWithTag(context, 'remT');
    return 0;
}
