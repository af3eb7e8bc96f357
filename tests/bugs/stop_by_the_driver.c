/* stop_by_the_driver.c - calls KeBugCheckEx.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    if (!near_miss)
        KeBugCheckEx(MANUALLY_INITIATED_CRASH, 1, 2, 3, 4);
    return 0;
}
