/* leave_region_not_entered.c - leaves a critical region twice.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    KeEnterCriticalRegion();
    KeLeaveCriticalRegion();
    if (!near_miss)
        KeLeaveCriticalRegion();
    return 0;
}
