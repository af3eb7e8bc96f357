/* free_irp_as_pool.c - gives a request back as if it were pool.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    PIRP irp = IoAllocateIrp(2, FALSE);
    if (near_miss)
        IoFreeIrp(irp);
    else
        ExFreePool(irp);
    return 0;
}
