/* isr_returns_lowered.c - returns from an interrupt routine at a lower IRQL.
 * With an argument it is the near miss. */
#include <ntddk.h>

#include <expool/interrupt.h>

static BOOLEAN near_miss;

static BOOLEAN isr(PKINTERRUPT interrupt, PVOID context)
{
    UNREFERENCED_PARAMETER(interrupt);
    UNREFERENCED_PARAMETER(context);
    if (!near_miss)
        KeLowerIrql(DISPATCH_LEVEL);
    return TRUE;
}

int main(int argc, char **argv)
{
    PKINTERRUPT interrupt;
    (void)argv;
    near_miss = argc > 1;
    IoConnectInterrupt(&interrupt, isr, NULL, NULL, 7, 5, 5, LevelSensitive, FALSE, 1, FALSE);
    expool_interrupt(7);
    IoDisconnectInterrupt(interrupt);
    return 0;
}
