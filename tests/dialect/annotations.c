/* The annotations, old and new, where driver sources have them. */
#include <ntifs.h>
#include <driverspecs.h>
#include <specstrings.h>
#include <suppress.h>

_Analysis_mode_(_Analysis_code_type_kernel_driver_)

typedef struct _EXTENSION {
    KSPIN_LOCK Lock;
    _Guarded_by_(Lock) LIST_ENTRY Head;
    _Field_size_bytes_(Length) PUCHAR Buffer;
    ULONG Length;
    _Field_range_(0, 10) ULONG Kind;
    _Interlocked_ volatile LONG References;
} EXTENSION, *PEXTENSION;

_Must_inspect_result_
_IRQL_requires_max_(DISPATCH_LEVEL)
_When_(return != NULL, _Post_writable_byte_size_(NumberOfBytes))
__drv_allocatesMem(Mem)
static PVOID
Allocate(
    _In_ POOL_FLAGS Flags,
    _In_ SIZE_T NumberOfBytes
    )
{
    return ExAllocatePool2(Flags, NumberOfBytes, 'tonA');
}

_IRQL_requires_max_(DISPATCH_LEVEL)
static VOID
Release(
    _Pre_notnull_ __drv_freesMem(Mem) PVOID Memory
    )
{
    ExFreePoolWithTag(Memory, 'tonA');
}

_Success_(return == STATUS_SUCCESS)
_At_(*Result, _Post_notnull_)
static NTSTATUS
Copy(
    _In_reads_bytes_(Length) const VOID *Source,
    _In_ ULONG Length,
    _Outptr_result_bytebuffer_(Length) PVOID *Result,
    _Out_opt_ PULONG Copied,
    _Inout_opt_ PEXTENSION Extension
    )
{
    _Analysis_assume_(Length != 0);
    *Result = Allocate(POOL_FLAG_NON_PAGED, Length);
    if (*Result == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    RtlCopyMemory(*Result, Source, Length);
    if (ARGUMENT_PRESENT(Copied))
        *Copied = Length;
    if (ARGUMENT_PRESENT(Extension))
        InterlockedIncrement(&Extension->References);
    return STATUS_SUCCESS;
}

_IRQL_raises_(DISPATCH_LEVEL)
_IRQL_saves_
_Acquires_lock_(Extension->Lock)
static KIRQL
Lock(
    _Inout_ PEXTENSION Extension
    )
{
    KIRQL irql;
    KeAcquireSpinLock(&Extension->Lock, &irql);
    return irql;
}

_Requires_lock_held_(Extension->Lock)
_Releases_lock_(Extension->Lock)
_IRQL_requires_(DISPATCH_LEVEL)
static VOID
Unlock(
    _Inout_ PEXTENSION Extension,
    _In_ _IRQL_restores_ KIRQL Irql
    )
{
    KeReleaseSpinLock(&Extension->Lock, Irql);
}

_Function_class_(KDEFERRED_ROUTINE)
_IRQL_requires_same_
static VOID
OldStyle(
    IN PVOID Context OPTIONAL,
    OUT PULONG Value,
    __in_bcount(Length) PUCHAR Bytes,
    __in ULONG Length,
    __out_ecount_opt(1) PULONG More,
    __deref_out_opt PVOID *Place,
    __inout __drv_aliasesMem PVOID Alias
    )
{
    UNREFERENCED_PARAMETER(Context);
    UNREFERENCED_PARAMETER(Alias);
    *Value = Bytes[Length - 1];
    if (More != NULL)
        *More = 0;
    *Place = NULL;
}

_Use_decl_annotations_
int
main(
    void
    )
{
    EXTENSION extension = {0};
    PVOID copy;
    ULONG value = 0, copied = 0;
    PVOID place;
    UCHAR bytes[] = "xyz";

    KeInitializeSpinLock(&extension.Lock);
    InitializeListHead(&extension.Head);
    if (!NT_SUCCESS(Copy(bytes, sizeof(bytes), &copy, &copied, &extension)))
        return 1;
    KIRQL irql = Lock(&extension);
    Unlock(&extension, irql);
    OldStyle(NULL, &value, copy, copied, NULL, &place, NULL);
    Release(copy);
    return value == 0 && copied == 4 && extension.References == 1 ? 0 : 2;
}
