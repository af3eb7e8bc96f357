/* release_mutex_of_other_thread.c - releases a fast mutex that another thread holds.
 * With an argument it is the near miss. */
#include <wdm.h>

static FAST_MUTEX mutex;

static void other_thread(void *context)
{
    UNREFERENCED_PARAMETER(context);
    KfRaiseIrql(APC_LEVEL);
    ExReleaseFastMutex(&mutex);
}

int main(int argc, char **argv)
{
    HANDLE handle;
    PVOID thread;
    (void)argv;
    ExInitializeFastMutex(&mutex);
    ExAcquireFastMutex(&mutex);
    if (argc > 1) {
        ExReleaseFastMutex(&mutex);
        return 0;
    }
    KeLowerIrql(PASSIVE_LEVEL);
    PsCreateSystemThread(&handle, 0, NULL, NULL, NULL, other_thread, NULL);
    ObReferenceObjectByHandle(handle, 0, NULL, KernelMode, &thread, NULL);
    KeWaitForSingleObject(thread, Executive, KernelMode, FALSE, NULL);
    return 0;
}
