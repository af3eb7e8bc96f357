/* dereference_object_twice.c - dereferences what is no object: a field of one.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    HANDLE handle;
    PKEVENT event = IoCreateNotificationEvent(NULL, &handle);
    PVOID field = &event->Header.WaitListHead.Blink;
    ObReferenceObject(event);
    ObDereferenceObject(near_miss ? (PVOID)event : field);
    ZwClose(handle);
    return 0;
}
