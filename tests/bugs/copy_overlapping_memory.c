/* copy_overlapping_memory.c - copies between places that overlap with RtlCopyMemory.
 * With an argument it is the near miss. */
#include <ntddk.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    static char text[32] = "one two three";
    if (near_miss)
        RtlMoveMemory(text + 4, text, 13);
    else
        RtlCopyMemory(text + 4, text, 13);
    return 0;
}
