/* end_thread_with_lock.c - ends a thread that holds a mutex.
 * With an argument it is the near miss. */
#include <wdm.h>

static KMUTEX mutex;
static BOOLEAN near_miss;

static void take_mutex(void *context)
{
    UNREFERENCED_PARAMETER(context);
    KeWaitForSingleObject(&mutex, Executive, KernelMode, FALSE, NULL);
    if (near_miss)
        KeReleaseMutex(&mutex, FALSE);
}

int main(int argc, char **argv)
{
    HANDLE handle;
    PVOID thread;
    (void)argv;
    near_miss = argc > 1;
    KeInitializeMutex(&mutex, 0);
    PsCreateSystemThread(&handle, 0, NULL, NULL, NULL, take_mutex, NULL);
    ObReferenceObjectByHandle(handle, 0, NULL, KernelMode, &thread, NULL);
    KeWaitForSingleObject(thread, Executive, KernelMode, FALSE, NULL);
    ObDereferenceObject(thread);
    ZwClose(handle);
    return 0;
}
