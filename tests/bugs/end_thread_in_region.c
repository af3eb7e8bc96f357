/* end_thread_in_region.c - lets a thread end in a critical region.
 * With an argument it is the near miss. */
#include <wdm.h>

static VOID work(PVOID context)
{
    KeEnterCriticalRegion();
    if (context != NULL)
        KeLeaveCriticalRegion();
}

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    HANDLE handle;
    PVOID thread;
    PsCreateSystemThread(&handle, THREAD_ALL_ACCESS, NULL, NULL, NULL, work,
                         near_miss ? &handle : NULL);
    ObReferenceObjectByHandle(handle, THREAD_ALL_ACCESS, *PsThreadType, KernelMode, &thread, NULL);
    ZwClose(handle);
    KeWaitForSingleObject(thread, Executive, KernelMode, FALSE, NULL);
    ObDereferenceObject(thread);
    return 0;
}
