#include "tests/expect.h"

#include <wdm.h>

#define SERVICE "\\Registry\\Machine\\System\\CurrentControlSet\\Services\\rtl"

static unsigned calls;
static WCHAR letters_seen[8];

static NTSTATUS each(PWSTR name, ULONG type, PVOID data, ULONG bytes, PVOID context, PVOID own)
{
    EXPECT(context == &calls && own == letters_seen);
    EXPECT(name != NULL && (type == REG_SZ || type == REG_DWORD));
    EXPECT(bytes >= 4);
    letters_seen[calls++] = *(WCHAR *)data;
    return STATUS_SUCCESS;
}

TEST(values_are_stored_directly_or_by_default)
{
    ULONG number = 0, other = 0, fallback = 9;
    UNICODE_STRING text = {0};
    expool_registry_set_number(SERVICE, "Number", 42);
    expool_registry_set_text(SERVICE, "Text", "abc");
    WCHAR number_name[] = u"Number", text_name[] = u"Text", none[] = u"None";
    RTL_QUERY_REGISTRY_TABLE table[] = {
        {.Flags = RTL_QUERY_REGISTRY_DIRECT | RTL_QUERY_REGISTRY_TYPECHECK,
         .Name = number_name,
         .EntryContext = &number,
         .DefaultType = REG_DWORD << RTL_QUERY_REGISTRY_TYPECHECK_SHIFT},
        {.Flags = RTL_QUERY_REGISTRY_DIRECT, .Name = text_name, .EntryContext = &text},
        {.Flags = RTL_QUERY_REGISTRY_DIRECT,
         .Name = none,
         .EntryContext = &other,
         .DefaultType = REG_DWORD,
         .DefaultData = &fallback,
         .DefaultLength = sizeof(fallback)},
        {0}};
    EXPECT_EQUAL(RtlQueryRegistryValues(RTL_REGISTRY_SERVICES, u"rtl", table, NULL, NULL), 0);
    EXPECT_EQUAL(number, 42);
    EXPECT_EQUAL(other, 9);
    EXPECT_EQUAL(text.Length, 6);
    EXPECT_EQUAL(text.Buffer[2], 'c');
    ExFreePool(text.Buffer);
    table[0].Name = text_name; /* a text where a number is wanted */
    EXPECT_EQUAL(RtlQueryRegistryValuesEx(RTL_REGISTRY_SERVICES, u"rtl", table, NULL, NULL),
                 STATUS_OBJECT_TYPE_MISMATCH);
    table[0].Name = none;
    table[0].Flags |= RTL_QUERY_REGISTRY_REQUIRED;
    EXPECT_EQUAL(RtlQueryRegistryValues(RTL_REGISTRY_SERVICES, u"rtl", table, NULL, NULL),
                 STATUS_OBJECT_NAME_NOT_FOUND);
    EXPECT_EQUAL(RtlQueryRegistryValues(RTL_REGISTRY_SERVICES, u"gone", table, NULL, NULL),
                 STATUS_OBJECT_NAME_NOT_FOUND);
}

TEST(a_routine_sees_every_value_and_each_string)
{
    static const WCHAR many[] = u"x\0y\0";
    WCHAR sub[] = u"Sub", multi[] = u"Multi";
    expool_registry_set_number(SERVICE "\\Sub", "A", 'a');
    expool_registry_set_text(SERVICE "\\Sub", "B", "bb");
    const struct expool_registry_value value = {REG_MULTI_SZ, many, sizeof(many)};
    expool_registry_set(SERVICE, "Multi", &value);
    RTL_QUERY_REGISTRY_TABLE table[] = {
        {.QueryRoutine = each,
         .Flags = RTL_QUERY_REGISTRY_SUBKEY,
         .Name = sub,
         .EntryContext = letters_seen},
        {.QueryRoutine = each,
         .Flags = RTL_QUERY_REGISTRY_TOPKEY | RTL_QUERY_REGISTRY_DELETE,
         .Name = multi,
         .EntryContext = letters_seen},
        {0}};
    EXPECT_EQUAL(RtlQueryRegistryValues(RTL_REGISTRY_SERVICES, u"rtl", table, &calls, NULL), 0);
    EXPECT_EQUAL(calls, 4);
    EXPECT_EQUAL(letters_seen[1], 'b');
    EXPECT_EQUAL(letters_seen[3], 'y');
    EXPECT_EQUAL(RtlQueryRegistryValues(RTL_REGISTRY_SERVICES, u"rtl", table, &calls, NULL), 0);
    EXPECT_EQUAL(calls, 6); /* the strings are deleted */
}

TEST(keys_and_values_are_written_and_deleted)
{
    WCHAR path[] = u"rtl\\new\\keys";
    ULONG number = 1;
    EXPECT_EQUAL(RtlCheckRegistryKey(RTL_REGISTRY_CONTROL, path), STATUS_OBJECT_PATH_NOT_FOUND);
    EXPECT_EQUAL(RtlCreateRegistryKey(RTL_REGISTRY_CONTROL, path), 0);
    EXPECT_EQUAL(RtlCheckRegistryKey(RTL_REGISTRY_CONTROL, path), 0);
    EXPECT_EQUAL(RtlWriteRegistryValue(RTL_REGISTRY_CONTROL, path, u"n", REG_DWORD, &number, 4), 0);
    EXPECT_EQUAL(RtlDeleteRegistryValue(RTL_REGISTRY_CONTROL, path, u"n"), 0);
    EXPECT_EQUAL(RtlDeleteRegistryValue(RTL_REGISTRY_CONTROL, path, u"n"),
                 STATUS_OBJECT_NAME_NOT_FOUND);
    EXPECT_EQUAL(RtlCheckRegistryKey(99, path), STATUS_INVALID_PARAMETER);
}

TESTS_MAIN("rtl_registry")
