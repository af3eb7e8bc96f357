/* set_event_not_initialized.c - sets an event that was never initialised.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    struct {
        ULONG flags;
        KEVENT done;
    } *request = ExAllocatePool2(POOL_FLAG_NON_PAGED, sizeof *request, 'qeRE');
    if (near_miss)
        KeInitializeEvent(&request->done, NotificationEvent, FALSE);
    KeSetEvent(&request->done, IO_NO_INCREMENT, FALSE);
    ExFreePoolWithTag(request, 'qeRE');
    return 0;
}
