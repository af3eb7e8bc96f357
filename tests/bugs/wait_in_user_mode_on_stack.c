/* wait_in_user_mode_on_stack.c - waits in user mode for an event on the stack.
 * With an argument it is the near miss. */
#include <ntddk.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    KEVENT event;
    KeInitializeEvent(&event, NotificationEvent, TRUE);
    KeWaitForSingleObject(&event, Executive, near_miss ? KernelMode : UserMode, FALSE, NULL);
    return 0;
}
