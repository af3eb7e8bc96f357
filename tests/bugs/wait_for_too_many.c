/* wait_for_too_many.c - waits for four objects without wait blocks.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    LARGE_INTEGER zero = {.QuadPart = 0};
    KWAIT_BLOCK blocks[4];
    KEVENT events[4];
    PVOID objects[4];
    for (ULONG i = 0; i < 4; i++) {
        KeInitializeEvent(&events[i], NotificationEvent, TRUE);
        objects[i] = &events[i];
    }
    KeWaitForMultipleObjects(4, objects, WaitAll, Executive, KernelMode, FALSE, &zero,
                             near_miss ? blocks : NULL);
    return 0;
}
