/* A driver's own bookkeeping: a balanced table, lists, a lock, exceptions, pool. */
#include <ntifs.h>

#define TABLE_TAG 'lbTD'

typedef struct _FILE_ENTRY {
    UNICODE_STRING Name;
    ULONG Opens;
} FILE_ENTRY, *PFILE_ENTRY;

RTL_AVL_COMPARE_ROUTINE CompareEntries;
RTL_AVL_ALLOCATE_ROUTINE AllocateEntry;
RTL_AVL_FREE_ROUTINE FreeEntry;

#ifdef ALLOC_PRAGMA
#pragma alloc_text(PAGE, CompareEntries)
#pragma alloc_text(PAGE, AllocateEntry)
#pragma alloc_text(PAGE, FreeEntry)
#endif

_Use_decl_annotations_
RTL_GENERIC_COMPARE_RESULTS
NTAPI
CompareEntries(
    PRTL_AVL_TABLE Table,
    PVOID FirstStruct,
    PVOID SecondStruct
    )
{
    PFILE_ENTRY first = (PFILE_ENTRY)FirstStruct;
    PFILE_ENTRY second = (PFILE_ENTRY)SecondStruct;
    LONG result;

    PAGED_CODE();
    UNREFERENCED_PARAMETER(Table);

    result = RtlCompareUnicodeString(&first->Name, &second->Name, TRUE);
    if (result < 0) {
        return GenericLessThan;
    } else if (result > 0) {
        return GenericGreaterThan;
    }
    return GenericEqual;
}

PVOID
NTAPI
AllocateEntry(
    _In_ PRTL_AVL_TABLE Table,
    _In_ CLONG ByteSize
    )
{
    PAGED_CODE();
    UNREFERENCED_PARAMETER(Table);
    return ExAllocatePoolZero(PagedPool, ByteSize, TABLE_TAG);
}

VOID
NTAPI
FreeEntry(
    _In_ PRTL_AVL_TABLE Table,
    _In_ __drv_freesMem(Mem) _Post_invalid_ PVOID Buffer
    )
{
    PAGED_CODE();
    UNREFERENCED_PARAMETER(Table);
    ExFreePoolWithTag(Buffer, TABLE_TAG);
}

static
NTSTATUS
OpenFile(
    _Inout_ PRTL_AVL_TABLE Table,
    _In_ PCWSTR Name
    )
{
    FILE_ENTRY key = {0};
    PFILE_ENTRY entry;
    BOOLEAN isNew = FALSE;
    volatile NTSTATUS status = STATUS_SUCCESS;

    __try {
        if (Name == NULL) {
            ExRaiseStatus(STATUS_OBJECT_NAME_INVALID);
        }
        RtlInitUnicodeString(&key.Name, Name);
        entry = (PFILE_ENTRY)RtlInsertElementGenericTableAvl(Table, &key, sizeof(key), &isNew);
        if (entry == NULL) {
            ExRaiseStatus(STATUS_INSUFFICIENT_RESOURCES);
        }
        entry->Opens += 1;
        status = isNew ? STATUS_SUCCESS : STATUS_OBJECT_NAME_EXISTS;
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        status = GetExceptionCode();
    }
    return status;
}

int
main(
    void
    )
{
    RTL_AVL_TABLE table;
    PFILE_ENTRY entry;
    ULONG opens = 0;

    RtlInitializeGenericTableAvl(&table, CompareEntries, AllocateEntry, FreeEntry, NULL);
    if (OpenFile(&table, L"\\b") != STATUS_SUCCESS ||
        OpenFile(&table, L"\\A") != STATUS_SUCCESS ||
        OpenFile(&table, L"\\B") != STATUS_OBJECT_NAME_EXISTS ||
        OpenFile(&table, NULL) != STATUS_OBJECT_NAME_INVALID) {
        return 1;
    }
    while (!RtlIsGenericTableEmptyAvl(&table)) {
        entry = (PFILE_ENTRY)RtlGetElementGenericTableAvl(&table, 0);
        opens = opens * 10 + entry->Opens;
        RtlDeleteElementGenericTableAvl(&table, entry);
    }
    return opens == 12 ? 0 : 2;
}
