/* set_freed_event.c - sets an event in a block that has been freed: the library does the writing.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    KEVENT *event = ExAllocatePool2(POOL_FLAG_NON_PAGED, sizeof *event, 'tseT');
    KeInitializeEvent(event, NotificationEvent, FALSE);
    if (near_miss)
        KeSetEvent(event, IO_NO_INCREMENT, FALSE);
    ExFreePoolWithTag(event, 'tseT');
    if (!near_miss)
        KeSetEvent(event, IO_NO_INCREMENT, FALSE);
    return 0;
}
