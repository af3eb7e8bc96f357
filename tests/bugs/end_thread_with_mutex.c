/* end_thread_with_mutex.c - lets a thread end with a mutex held.
 * With an argument it is the near miss. */
#include <pthread.h>
#include <wdm.h>

static KMUTEX mutex;

static void *work(void *release)
{
    KeWaitForSingleObject(&mutex, Executive, KernelMode, FALSE, NULL);
    if (release != NULL)
        KeReleaseMutex(&mutex, FALSE);
    return NULL;
}

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    pthread_t thread;
    KeInitializeMutex(&mutex, 0);
    pthread_create(&thread, NULL, work, near_miss ? &mutex : NULL);
    pthread_join(thread, NULL);
    return 0;
}
