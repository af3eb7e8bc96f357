/* paged_code_at_dispatch.c - runs pageable code at DISPATCH_LEVEL.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    KIRQL old;
    KeRaiseIrql(near_miss ? APC_LEVEL : DISPATCH_LEVEL, &old);
    PAGED_CODE();
    KeLowerIrql(old);
    return 0;
}
