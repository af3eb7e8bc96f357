/* driver_buffer.c - the first seed's driver buffer: one buffer of each kind, allocated the old way
 * and the new, used, and freed in both forms. */
#include <wdm.h>

#include <stdio.h>

#define BUFFER_TAG   'fuBD'
#define PAGE_BUFFER  4096
#define LARGE_BUFFER 65536

static NTSTATUS use_buffers(void)
{
    PUCHAR dpc = ExAllocatePoolWithTag(NonPagedPoolNx, PAGE_BUFFER, BUFFER_TAG);
    if (dpc == NULL) {
        KdPrint(("no non-paged pool\n"));
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    PUCHAR paged = ExAllocatePoolWithTag(PagedPool, LARGE_BUFFER, BUFFER_TAG);
    if (paged == NULL) {
        ExFreePoolWithTag(dpc, BUFFER_TAG);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    PUCHAR modern = ExAllocatePool2(POOL_FLAG_NON_PAGED, PAGE_BUFFER, BUFFER_TAG);
    PUCHAR zeroed = ExAllocatePool2(POOL_FLAG_NON_PAGED | POOL_FLAG_ZERO, PAGE_BUFFER, BUFFER_TAG);

    RtlFillMemory(dpc, PAGE_BUFFER, 0x11);
    RtlFillMemory(paged, LARGE_BUFFER, 0x22);
    NTSTATUS status = STATUS_SUCCESS;
    if (modern == NULL || zeroed == NULL)
        status = STATUS_INSUFFICIENT_RESOURCES;
    else if (modern[PAGE_BUFFER - 1] != 0 || zeroed[0] != 0)
        status = STATUS_UNSUCCESSFUL;

    KIRQL old;
    KeRaiseIrql(DISPATCH_LEVEL, &old); /* a DPC may use the non-paged one */
    dpc[0] = 0x33;
    KeLowerIrql(old);

    ExFreePoolWithTag(dpc, BUFFER_TAG);
    ExFreePoolWithTag(paged, BUFFER_TAG);
    if (modern)
        ExFreePool2(modern, BUFFER_TAG, PAGE_BUFFER, 0); /* the seed's form: a size */
    if (zeroed)
        ExFreePool2(zeroed, BUFFER_TAG, NULL, 0); /* the WDK's form: no parameters */
    return status;
}

int main(void)
{
    NTSTATUS status = use_buffers();
    printf("driver buffers: status 0x%08X\n", (unsigned)status);
    return NT_SUCCESS(status) ? 0 : 1;
}
