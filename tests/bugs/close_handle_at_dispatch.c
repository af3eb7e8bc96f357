/* close_handle_at_dispatch.c - closes a handle with a spin lock held.
 * With an argument it is the near miss. */
#include <ntddk.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    HANDLE handle;
    KSPIN_LOCK lock;
    KIRQL old;
    KeInitializeSpinLock(&lock);
    ZwCreateEvent(&handle, EVENT_ALL_ACCESS, NULL, NotificationEvent, FALSE);
    KeAcquireSpinLock(&lock, &old);
    if (near_miss)
        KeReleaseSpinLock(&lock, old);
    ZwClose(handle);
    if (!near_miss)
        KeReleaseSpinLock(&lock, old);
    return 0;
}
