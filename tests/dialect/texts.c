/* Wide literals, counted strings, tags, GUIDs. */
#include <initguid.h>
#include <ntifs.h>

#define POOL_TAG 'tlaD'

DEFINE_GUID(GUID_DIALECT, 0x4d36e967, 0xe325, 0x11ce, 0xbf, 0xc1, 0x08, 0x00, 0x2b, 0xe1, 0x03,
            0x18);
DECLARE_CONST_UNICODE_STRING(DosName, L"\\DosDevices\\Dialect");
DECLARE_GLOBAL_CONST_UNICODE_STRING(NtName, L"\\Device\\Dialect");
static const UNICODE_STRING Constant = RTL_CONSTANT_STRING(L"constant");
static UNICODE_STRING Empty = RTL_CONSTANT_STRING(L"");
static ANSI_STRING Narrow = RTL_CONSTANT_STRING("narrow");
static const WCHAR Letters[] = L"abc";
static PCWSTR Table[] = {L"one", L"two", NULL};

C_ASSERT(sizeof(L'x') == sizeof(WCHAR));
C_ASSERT(sizeof(Letters) == 8);
C_ASSERT(POOL_TAG == 0x746c6144);

int main(void)
{
    DECLARE_UNICODE_STRING_SIZE(room, 32);
    OBJECT_ATTRIBUTES attributes;
    UNICODE_STRING name;
    GUID copy = GUID_DIALECT;
    WCHAR letter = L'\\';

    RtlInitUnicodeString(&name, Table[0]);
    InitializeObjectAttributes(&attributes, &name, OBJ_KERNEL_HANDLE | OBJ_CASE_INSENSITIVE, NULL,
                               NULL);
    if (name.Length != 6 || room.MaximumLength != 64 || letter != '\\')
        return 1;
    if (!IsEqualGUID(&copy, &GUID_DIALECT) || copy.Data4[7] != 0x18)
        return 2;
    if (DosName.Length != 38 || NtName.Length != 30 || Constant.Length != 16 || Empty.Length != 0 ||
        Narrow.Length != 6)
        return 3;
    if (wcslen(Letters) != 3 || wcscmp(Letters, L"abc") != 0 || wcschr(L"a:b", L':') == NULL)
        return 4;
    return 0;
}
