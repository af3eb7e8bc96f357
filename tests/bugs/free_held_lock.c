/* free_held_lock.c - frees a block with a spin lock in it that is held.
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
    KIRQL old;
    struct extension *extension = ExAllocatePool2(POOL_FLAG_NON_PAGED, sizeof *extension, 'txEd');
    KeInitializeSpinLock(&extension->lock);
    KeAcquireSpinLock(&extension->lock, &old);
    if (near_miss)
        KeReleaseSpinLock(&extension->lock, old);
    ExFreePoolWithTag(extension, 'txEd');
    return 0;
}
