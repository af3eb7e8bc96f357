/* free_pool2_both_forms.c - ExFreePool2 with a size in its third place, as the first seed writes
 * it, beside the WDK's array of parameters; both on blocks of every routine that allocates. */
#include <ntddk.h>

#include <stdio.h>

#define FORM_TAG 'mroF'

enum { MAKERS = 4, BLOCK_BYTES = 1000 };

static PVOID make(unsigned maker)
{
    switch (maker) {
    case 0: return ExAllocatePool2(POOL_FLAG_PAGED, BLOCK_BYTES, FORM_TAG);
    case 1: return ExAllocatePoolWithTag(NonPagedPoolNx, BLOCK_BYTES, FORM_TAG);
    case 2: return ExAllocatePoolZero(PagedPool, BLOCK_BYTES, FORM_TAG);
    default: return ExAllocatePoolUninitialized(NonPagedPoolNx, BLOCK_BYTES, FORM_TAG);
    }
}

int main(void)
{
    PCPOOL_EXTENDED_PARAMETER none = NULL;
    unsigned freed = 0;
    for (unsigned maker = 0; maker < MAKERS; maker++) {
        PVOID blocks[] = {make(maker), make(maker), make(maker), make(maker)};
        for (unsigned i = 0; i < ARRAYSIZE(blocks); i++)
            if (blocks[i] == NULL)
                return 1;
        ExFreePool2(blocks[0], FORM_TAG, BLOCK_BYTES, 0); /* a size */
        ExFreePool2(blocks[1], FORM_TAG, NULL, 0);        /* no parameters */
        ExFreePool2(blocks[2], FORM_TAG, none, 0);
        ExFreePool2(blocks[3], 0, 0, 0); /* no tag either: not compared */
        freed += ARRAYSIZE(blocks);
    }
    printf("free_pool2: %u blocks freed in both forms\n", freed);
    return 0;
}
