/* Strings as driver sources handle them: counted, safe, and the C library's. */
#include <ntifs.h>
#include <ntstrsafe.h>
#include <ntintsafe.h>
#include <stdio.h>
#include <wchar.h>

#define CHECK(condition)                                                                           \
    if (!(condition)) {                                                                            \
        DbgPrint("strings.c line %d: %s\n", __LINE__, #condition);                                 \
        return __LINE__ % 255 + 1;                                                                 \
    }

static int Counted(void)
{
    UNICODE_STRING name, copy, upper;
    ANSI_STRING narrow;
    DECLARE_CONST_UNICODE_STRING(prefix, L"\\device\\");
    DECLARE_UNICODE_STRING_SIZE(path, 64);

    RtlInitUnicodeString(&name, L"\\Device\\Harddisk0");
    CHECK(RtlPrefixUnicodeString(&prefix, &name, TRUE));
    CHECK(NT_SUCCESS(RtlAppendUnicodeToString(&path, L"\\??\\")));
    CHECK(NT_SUCCESS(RtlAppendUnicodeStringToString(&path, &name)));
    CHECK(NT_SUCCESS(RtlUpcaseUnicodeString(&upper, &path, TRUE)));
    CHECK(RtlEqualUnicodeString(&upper, &path, TRUE) && upper.Buffer[5] == L'D');
    RtlFreeUnicodeString(&upper);
    CHECK(NT_SUCCESS(RtlUnicodeStringToAnsiString(&narrow, &path, TRUE)));
    CHECK(strcmp(narrow.Buffer, "\\??\\\\Device\\Harddisk0") == 0);
    CHECK(NT_SUCCESS(RtlAnsiStringToUnicodeString(&copy, &narrow, TRUE)));
    CHECK(wcscmp(copy.Buffer, L"\\??\\\\Device\\Harddisk0") == 0);
    RtlFreeAnsiString(&narrow);
    RtlFreeUnicodeString(&copy);
    return 0;
}

static int Safe(void)
{
    WCHAR wide[32];
    CHAR narrow[16];
    UNICODE_STRING name = {6, 6, L"abc"};
    size_t length;
    ULONG sum;

    CHECK(NT_SUCCESS(RtlStringCbCopyW(wide, sizeof(wide), L"\\Registry")));
    CHECK(NT_SUCCESS(RtlStringCchCatW(wide, RTL_NUMBER_OF(wide), L"\\Machine")));
    CHECK(NT_SUCCESS(RtlStringCbLengthW(wide, sizeof(wide), &length)) && length == 34);
    CHECK(NT_SUCCESS(RtlStringCchPrintfW(wide, 32, L"%wZ-%ws-%hs-%08lX", &name, L"w", "n",
                                         0xbeefUL)));
    CHECK(wcscmp(wide, L"abc-w-n-0000BEEF") == 0);
    CHECK(RtlStringCbPrintfA(narrow, 8, "%I64d%s", 1234567LL, "x") == STATUS_BUFFER_OVERFLOW);
    CHECK(strcmp(narrow, "1234567") == 0);
    CHECK(RtlULongAdd(MAXULONG, 1, &sum) == STATUS_INTEGER_OVERFLOW);
    return 0;
}

static int Library(void)
{
    WCHAR wide[64];
    CHAR narrow[64];
    PWSTR end;

    wcscpy(wide, L"driver");
    wcscat(wide, L".sys");
    CHECK(wcslen(wide) == 10 && wcsrchr(wide, L'.') == wide + 6);
    CHECK(wcsstr(wide, L"ver") == wide + 3);
    CHECK(_wcsicmp(wide, L"DRIVER.SYS") == 0 && _wcsnicmp(wide, L"DRIVEN", 5) == 0);
    CHECK(wcsncmp(wide, L"drive", 5) == 0 && wcschr(wide, L'v') == wide + 3);
    CHECK(towupper(L'q') == L'Q' && wcstoul(L"0x10;", &end, 0) == 16 && *end == L';');
    swprintf(wide, L"\\Device\\Disk%d%s", 7, L"!");
    CHECK(wcscmp(wide, L"\\Device\\Disk7!") == 0);
    CHECK(_snwprintf(wide, 3, L"%lu", 123456UL) == -1 && wide[2] == L'3');
    CHECK(_snprintf(narrow, sizeof(narrow), "%S %ws", L"wide", L"too") == 8);
    CHECK(sprintf(narrow, "%lx", (ULONG)-1) == 8 && strcmp(narrow, "ffffffff") == 0);
    CHECK(_stricmp("ABC", "abc") == 0 && strcmp(_strupr(narrow), "FFFFFFFF") == 0);
    CHECK(wcscmp(_itow(-5, wide, 10), L"-5") == 0 && _wtoi(L"42") == 42);
    CHECK(wcscpy_s(wide, 64, L"x") == 0 && strcpy_s(narrow, 2, "abc") != 0);
    return 0;
}

int main(void)
{
    int failed = Counted();
    if (failed == 0)
        failed = Safe();
    return failed != 0 ? failed : Library();
}
