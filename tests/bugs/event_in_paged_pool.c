/* event_in_paged_pool.c - keeps an event in memory that may leave.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    POOL_FLAGS pool = near_miss ? POOL_FLAG_NON_PAGED : POOL_FLAG_PAGED;
    PKEVENT event = ExAllocatePool2(pool, sizeof *event, 'tseT');
    KeInitializeEvent(event, NotificationEvent, FALSE);
    ExFreePoolWithTag(event, 'tseT');
    return 0;
}
