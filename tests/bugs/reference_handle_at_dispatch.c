/* reference_handle_at_dispatch.c - references a handle's object with a spin lock held.
 * With an argument it is the near miss. */
#include <ntddk.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    HANDLE handle;
    PVOID event;
    KIRQL old;
    ZwCreateEvent(&handle, EVENT_ALL_ACCESS, NULL, NotificationEvent, FALSE);
    KeRaiseIrql(near_miss ? PASSIVE_LEVEL : DISPATCH_LEVEL, &old);
    ObReferenceObjectByHandle(handle, 0, NULL, KernelMode, &event, NULL);
    KeLowerIrql(old);
    ObDereferenceObject(event);
    ZwClose(handle);
    return 0;
}
