/* secure_wrappers.c - the first seed's wrappers: secure, paged, DMA, non-blocking, compatible. */
#include <wdm.h>

#include <stdio.h>

#define WRAPPER_TAG 'parW'

static PVOID allocate_secure(SIZE_T size)
{
    return ExAllocatePool2(POOL_FLAG_NON_PAGED | POOL_FLAG_ZERO, size, WRAPPER_TAG);
}

static PVOID allocate_paged(SIZE_T size)
{
    return ExAllocatePool2(POOL_FLAG_PAGED | POOL_FLAG_ZERO, size, WRAPPER_TAG);
}

static PVOID allocate_dma(SIZE_T size)
{
    return ExAllocatePool2(POOL_FLAG_NON_PAGED | POOL_FLAG_ZERO | POOL_FLAG_CACHE_ALIGNED, size,
                           WRAPPER_TAG);
}

static PVOID allocate_now_or_never(SIZE_T size)
{
    return ExAllocatePool2(POOL_FLAG_NON_PAGED | POOL_FLAG_FAIL_ON_LOW_RESERVATION, size,
                           WRAPPER_TAG);
}

static PVOID allocate_compatible(POOL_TYPE type, SIZE_T size)
{
#if (NTDDI_VERSION >= NTDDI_WIN10_VB)
    POOL_FLAGS flags = POOL_FLAG_ZERO;
    flags |= type == NonPagedPoolNx || type == NonPagedPool ? POOL_FLAG_NON_PAGED : POOL_FLAG_PAGED;
    return ExAllocatePool2(flags, size, WRAPPER_TAG);
#else
    PVOID block =
        ExAllocatePoolWithTag(type == NonPagedPool ? NonPagedPoolNx : type, size, WRAPPER_TAG);
    if (block)
        RtlZeroMemory(block, size);
    return block;
#endif
}

static void free_secure(PVOID block, SIZE_T size)
{
    if (block) {
        RtlSecureZeroMemory(block, size);
        ExFreePool2(block, WRAPPER_TAG, size, 0);
    }
}

int main(void)
{
    const SIZE_T sizes[] = {1, 100, 4096, 10000};
    for (unsigned i = 0; i < ARRAYSIZE(sizes); i++) {
        SIZE_T size = sizes[i];
        PVOID blocks[] = {allocate_secure(size),
                          allocate_paged(size),
                          allocate_dma(size),
                          allocate_now_or_never(size),
                          allocate_compatible(NonPagedPool, size),
                          allocate_compatible(PagedPool, size)};
        for (unsigned j = 0; j < ARRAYSIZE(blocks); j++) {
            PUCHAR bytes = blocks[j];
            if (bytes == NULL || bytes[0] != 0 || bytes[size - 1] != 0)
                return 1;
            RtlFillMemory(bytes, size, 0xAA);
        }
        if ((ULONG_PTR)blocks[2] % SYSTEM_CACHE_ALIGNMENT_SIZE != 0)
            return 1;
        for (unsigned j = 0; j < ARRAYSIZE(blocks); j++)
            free_secure(blocks[j], size);
    }
    printf("wrappers: every block zeroed, aligned and freed with its size\n");
    return 0;
}
