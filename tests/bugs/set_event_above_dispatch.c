/* set_event_above_dispatch.c - sets an event at the level of a device.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    KEVENT event;
    KIRQL old;
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    KeRaiseIrql(near_miss ? DISPATCH_LEVEL : CMCI_LEVEL, &old);
    KeSetEvent(&event, IO_NO_INCREMENT, FALSE);
    KeLowerIrql(old);
    return 0;
}
