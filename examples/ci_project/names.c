/* names.c - a list of names in pool memory, newest first. */
#include "names.h"

#define NAME_TAG 'emaN'
#define NAME_MAX 64

typedef struct _NAME {
    SINGLE_LIST_ENTRY Link;
    char Text[];
} NAME, *PNAME;

NTSTATUS NamesAdd(PNAMES Names, const char *Text, ULONG Length)
{
    PNAME name;
    if (Length == 0 || Length > NAME_MAX)
        return STATUS_INVALID_PARAMETER;
    name = ExAllocatePool2(POOL_FLAG_PAGED, sizeof(NAME) + Length + 1, NAME_TAG);
    if (name == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    RtlCopyMemory(name->Text, Text, Length);
    name->Text[Length] = 0;
    PushEntryList(&Names->Head, &name->Link);
    Names->Count++;
    return STATUS_SUCCESS;
}

const char *NamesAt(const NAMES *Names, ULONG Place)
{
    PSINGLE_LIST_ENTRY entry = Names->Head.Next;
    for (; entry != NULL && Place > 0; Place--)
        entry = entry->Next;
    return entry == NULL ? NULL : CONTAINING_RECORD(entry, NAME, Link)->Text;
}

VOID NamesClear(PNAMES Names)
{
    while (Names->Head.Next != NULL) {
        PSINGLE_LIST_ENTRY entry = PopEntryList(&Names->Head);
        ExFreePoolWithTag(CONTAINING_RECORD(entry, NAME, Link), NAME_TAG);
    }
    Names->Count = 0;
}
