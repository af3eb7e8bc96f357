/* raise_to_lower.c - raises the IRQL to a lower level.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    KIRQL old;
    KIRQL older;
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    KeRaiseIrql(near_miss ? DISPATCH_LEVEL : APC_LEVEL, &older);
    KeLowerIrql(old);
    return 0;
}
