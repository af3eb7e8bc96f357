/* initialize_lock_twice.c - initialises a spin lock in pool a second time.
 * With an argument it is the near miss. */
#include <wdm.h>

struct extension {
    ULONG count;
    KSPIN_LOCK lock;
};

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    struct extension *extension = ExAllocatePool2(POOL_FLAG_NON_PAGED, sizeof *extension, 'txEd');
    KeInitializeSpinLock(&extension->lock);
    if (near_miss) {
        ExFreePoolWithTag(extension, 'txEd');
        extension = ExAllocatePool2(POOL_FLAG_NON_PAGED, sizeof *extension, 'txEd');
    }
    KeInitializeSpinLock(&extension->lock);
    ExFreePoolWithTag(extension, 'txEd');
    return 0;
}
