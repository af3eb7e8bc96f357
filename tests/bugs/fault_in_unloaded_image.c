/* fault_in_unloaded_image.c - has a routine read a driver's image that has gone, at DISPATCH_LEVEL.
 * With an argument it is the near miss. */
#include <wdm.h>

#include "driver_image.h"

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    KIRQL old;
    char copy[64];
    volatile SIZE_T length = sizeof copy;
    struct driver_image image = driver_image_load("quiet");
    void *code = (void *)(ULONG_PTR)image.entry;
    if (near_miss)
        RtlCopyMemory(copy, code, length);
    driver_image_unload(&image);
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    if (!near_miss)
        RtlCopyMemory(copy, code, length);
    KeLowerIrql(old);
    return 0;
}
