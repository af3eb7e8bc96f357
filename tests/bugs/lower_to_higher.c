/* lower_to_higher.c - lowers the IRQL to a higher level.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    KIRQL old;
    KeRaiseIrql(APC_LEVEL, &old);
    KeLowerIrql(near_miss ? old : DISPATCH_LEVEL);
    return 0;
}
