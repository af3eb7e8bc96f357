/* wait_above_dispatch.c - polls an event at the level of the clock.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    LARGE_INTEGER zero = {.QuadPart = 0};
    KEVENT event;
    KIRQL old;
    KeInitializeEvent(&event, NotificationEvent, TRUE);
    KeRaiseIrql(near_miss ? DISPATCH_LEVEL : CLOCK_LEVEL, &old);
    KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, &zero);
    KeLowerIrql(old);
    return 0;
}
