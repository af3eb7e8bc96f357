#include "tests/expect.h"

#include <wdm.h>

#include "expool/statistics.h"

#define SOFTWARE "\\Registry\\Machine\\Software"

static NTSTATUS open_at(HANDLE root, const WCHAR *path, HANDLE *key)
{
    UNICODE_STRING name;
    OBJECT_ATTRIBUTES attributes;
    RtlInitUnicodeString(&name, path);
    InitializeObjectAttributes(&attributes, &name, OBJ_KERNEL_HANDLE, root, NULL);
    return ZwOpenKey(key, KEY_ALL_ACCESS, &attributes);
}

static NTSTATUS create_at(HANDLE root, const WCHAR *path, HANDLE *key, ULONG *disposition)
{
    UNICODE_STRING name, class_name;
    OBJECT_ATTRIBUTES attributes;
    RtlInitUnicodeString(&name, path);
    RtlInitUnicodeString(&class_name, u"cls");
    InitializeObjectAttributes(&attributes, &name, OBJ_KERNEL_HANDLE, root, NULL);
    return ZwCreateKey(key, KEY_ALL_ACCESS, &attributes, 0, &class_name, 0, disposition);
}

static HANDLE software(void)
{
    HANDLE key;
    EXPECT_EQUAL(open_at(NULL, u"\\Registry\\Machine\\SOFTWARE", &key), 0);
    return key;
}

static NTSTATUS set_number(HANDLE key, const WCHAR *name, ULONG number)
{
    UNICODE_STRING text;
    RtlInitUnicodeString(&text, name);
    return ZwSetValueKey(key, &text, 0, REG_DWORD, &number, sizeof(number));
}

static NTSTATUS get_number(HANDLE key, const WCHAR *name, ULONG *number)
{
    DECLSPEC_ALIGN(8) UCHAR memory[64];
    PKEY_VALUE_PARTIAL_INFORMATION value = (PVOID)memory;
    UNICODE_STRING text;
    ULONG needed;
    RtlInitUnicodeString(&text, name);
    NTSTATUS status =
        ZwQueryValueKey(key, &text, KeyValuePartialInformation, value, sizeof(memory), &needed);
    if (NT_SUCCESS(status))
        memcpy(number, value->Data, sizeof(*number));
    return status;
}

TEST(a_key_is_opened_with_options)
{
    HANDLE key = NULL;
    UNICODE_STRING name;
    OBJECT_ATTRIBUTES attributes;
    RtlInitUnicodeString(&name, u"\\Registry\\Machine\\Software");
    InitializeObjectAttributes(&attributes, &name, OBJ_KERNEL_HANDLE, NULL, NULL);
    EXPECT_EQUAL(ZwOpenKeyEx(&key, KEY_READ, &attributes, REG_OPTION_NON_VOLATILE), 0);
    EXPECT_EQUAL(ZwClose(key), 0);
}

TEST(keys_are_made_opened_and_deleted)
{
    HANDLE top = software(), key, below;
    ULONG disposition;
    EXPECT_EQUAL(open_at(top, u"Vendor", &key), STATUS_OBJECT_NAME_NOT_FOUND);
    EXPECT_EQUAL(create_at(top, u"Vendor\\Product", &key, NULL), STATUS_OBJECT_PATH_NOT_FOUND);
    EXPECT_EQUAL(create_at(top, u"Vendor", &key, &disposition), 0);
    EXPECT_EQUAL(disposition, REG_CREATED_NEW_KEY);
    EXPECT_EQUAL(create_at(key, u"Product", &below, &disposition), 0);
    EXPECT_EQUAL(ZwDeleteKey(key), STATUS_CANNOT_DELETE);
    EXPECT_EQUAL(ZwDeleteKey(below), 0);
    EXPECT_EQUAL(set_number(below, u"x", 1), STATUS_KEY_DELETED);
    EXPECT_EQUAL(create_at(below, u"more", &key, NULL), STATUS_KEY_DELETED);
    ZwClose(below);
    EXPECT_EQUAL(ZwDeleteKey(key), 0);
    EXPECT_EQUAL(ZwFlushKey(top), 0);
    ZwClose(key);
    ZwClose(top);
    EXPECT_EQUAL(open_at(NULL, u"Registry", &key), STATUS_OBJECT_PATH_SYNTAX_BAD);
    EXPECT_EQUAL(open_at(NULL, u"\\Device\\X", &key), STATUS_OBJECT_NAME_NOT_FOUND);
    struct expool_tag_statistics tag;
    expool_tag_statistics_get(' yeK', &tag);
    EXPECT_EQUAL(tag.pool[0].allocations, tag.pool[0].frees);
}

TEST(values_are_set_asked_for_and_deleted)
{
    HANDLE key = software();
    UNICODE_STRING name;
    ULONG number = 0, needed;
    EXPECT_EQUAL(get_number(key, u"Number", &number), STATUS_OBJECT_NAME_NOT_FOUND);
    EXPECT_EQUAL(set_number(key, u"Number", 42), 0);
    EXPECT_EQUAL(get_number(key, u"NUMBER", &number), 0);
    EXPECT_EQUAL(number, 42);
    EXPECT_EQUAL(set_number(key, u"Number", 43), 0);
    DECLSPEC_ALIGN(8) UCHAR memory[64];
    PKEY_VALUE_FULL_INFORMATION full = (PVOID)memory;
    RtlInitUnicodeString(&name, u"Number");
    EXPECT_EQUAL(ZwQueryValueKey(key, &name, KeyValueFullInformation, full, 4, &needed),
                 STATUS_BUFFER_TOO_SMALL);
    EXPECT_EQUAL(ZwQueryValueKey(key, &name, KeyValueFullInformation, full, 24, &needed),
                 STATUS_BUFFER_OVERFLOW);
    EXPECT_EQUAL(ZwQueryValueKey(key, &name, KeyValueFullInformation, full, needed, &needed), 0);
    EXPECT_EQUAL(full->NameLength, 12);
    EXPECT_EQUAL(full->DataLength, 4);
    EXPECT_EQUAL(memory[full->DataOffset], 43);
    PKEY_VALUE_BASIC_INFORMATION basic = (PVOID)memory;
    EXPECT_EQUAL(
        ZwEnumerateValueKey(key, 0, KeyValueBasicInformation, basic, sizeof(memory), &needed), 0);
    EXPECT_EQUAL(basic->Type, REG_DWORD);
    EXPECT_EQUAL(basic->Name[0], 'N');
    EXPECT_EQUAL(
        ZwEnumerateValueKey(key, 1, KeyValueBasicInformation, basic, sizeof(memory), &needed),
        STATUS_NO_MORE_ENTRIES);
    EXPECT_EQUAL(ZwDeleteValueKey(key, &name), 0);
    EXPECT_EQUAL(ZwDeleteValueKey(key, &name), STATUS_OBJECT_NAME_NOT_FOUND);
    ZwClose(key);
}

TEST(keys_tell_of_themselves)
{
    HANDLE top = software(), key, below;
    DECLSPEC_ALIGN(8) UCHAR memory[256];
    ULONG needed;
    create_at(top, u"Vendor", &key, NULL);
    create_at(key, u"First", &below, NULL);
    ZwClose(below);
    create_at(key, u"Second", &below, NULL);
    ZwClose(below);
    set_number(key, u"Seven77", 7);
    PKEY_FULL_INFORMATION full = (PVOID)memory;
    EXPECT_EQUAL(ZwQueryKey(key, KeyFullInformation, full, sizeof(memory), &needed), 0);
    EXPECT_EQUAL(full->SubKeys, 2);
    EXPECT_EQUAL(full->MaxNameLen, 12);
    EXPECT_EQUAL(full->Values, 1);
    EXPECT_EQUAL(full->MaxValueNameLen, 14);
    EXPECT_EQUAL(full->ClassLength, 6);
    PKEY_NODE_INFORMATION node = (PVOID)memory;
    EXPECT_EQUAL(ZwQueryKey(key, KeyNodeInformation, node, sizeof(memory), &needed), 0);
    EXPECT_EQUAL(*(WCHAR *)(PVOID)(memory + node->ClassOffset), 'c');
    PKEY_BASIC_INFORMATION basic = (PVOID)memory;
    EXPECT_EQUAL(ZwEnumerateKey(key, 1, KeyBasicInformation, basic, sizeof(memory), &needed), 0);
    EXPECT_EQUAL(basic->NameLength, 12);
    EXPECT_EQUAL(basic->Name[0], 'S');
    EXPECT(basic->LastWriteTime.QuadPart > 0);
    EXPECT_EQUAL(ZwEnumerateKey(key, 2, KeyBasicInformation, basic, sizeof(memory), &needed),
                 STATUS_NO_MORE_ENTRIES);
    PKEY_NAME_INFORMATION path = (PVOID)memory;
    EXPECT_EQUAL(ZwQueryKey(key, KeyNameInformation, path, sizeof(memory), &needed), 0);
    EXPECT_EQUAL(path->NameLength, 2 * strlen(SOFTWARE "\\Vendor"));
    EXPECT_EQUAL(ZwQueryKey(key, KeyTrustInformation, path, sizeof(memory), &needed),
                 STATUS_INVALID_PARAMETER);
    ZwClose(key);
    ZwClose(top);
}

TEST(the_host_fills_the_registry)
{
    HANDLE key;
    ULONG number = 0;
    EXPECT_EQUAL(expool_registry_set_number(SOFTWARE "\\A\\B", "Depth", 3), 0);
    EXPECT_EQUAL(expool_registry_set_text(SOFTWARE "\\A\\B", "Text", "abc"), 0);
    EXPECT_EQUAL(expool_registry_set("NoPath", "x", NULL), -1);
    EXPECT_EQUAL(open_at(NULL, u"\\Registry\\Machine\\Software\\A\\B", &key), 0);
    EXPECT_EQUAL(get_number(key, u"depth", &number), 0);
    EXPECT_EQUAL(number, 3);
    EXPECT_EQUAL(expool_registry_remove(SOFTWARE "\\A"), 0);
    EXPECT_EQUAL(get_number(key, u"depth", &number), STATUS_KEY_DELETED);
    EXPECT_EQUAL(expool_registry_remove(SOFTWARE "\\A"), -1);
    ZwClose(key);
}

static unsigned asked[MaxRegNtNotifyClass], cleaned;
static LARGE_INTEGER cookie, low_cookie;
static NTSTATUS verdict, after_status;
static PVOID seen_context;
static char order[8];

static NTSTATUS watch(PVOID context, PVOID class, PVOID information)
{
    uintptr_t which = (uintptr_t) class;
    EXPECT(context == &cookie);
    asked[which]++;
    if (which == RegNtPreSetValueKey) {
        PREG_SET_VALUE_KEY_INFORMATION set = information;
        seen_context = set->ObjectContext;
        set->CallContext = &asked;
        strcat(order, "h");
        return verdict;
    }
    if (which == RegNtPostSetValueKey) {
        PREG_POST_OPERATION_INFORMATION post = information;
        after_status = post->Status;
        EXPECT(post->CallContext == &asked);
        strcat(order, "H");
        if (verdict == STATUS_SUCCESS)
            return STATUS_SUCCESS;
    }
    if (which == RegNtPostCreateKeyEx) {
        PREG_POST_OPERATION_INFORMATION post = information;
        PCUNICODE_STRING name;
        ULONG_PTR id;
        EXPECT_EQUAL(CmCallbackGetKeyObjectIDEx(&cookie, post->Object, &id, &name, 0), 0);
        EXPECT_EQUAL(name->Length, 2 * strlen(SOFTWARE "\\Watched"));
        CmCallbackReleaseKeyObjectIDEx(name);
        EXPECT_EQUAL(CmCallbackGetKeyObjectID(&cookie, post->Object, &id, &name), 0);
        EXPECT(id != 0 && CmGetBoundTransaction(&cookie, post->Object) == NULL);
        EXPECT_EQUAL(CmSetCallbackObjectContext(post->Object, &cookie, order, NULL), 0);
    }
    if (which == RegNtCallbackObjectContextCleanup) {
        PREG_CALLBACK_CONTEXT_CLEANUP_INFORMATION cleanup = information;
        EXPECT(cleanup->ObjectContext == order);
        cleaned++;
    }
    return STATUS_SUCCESS;
}

static NTSTATUS watch_low(PVOID context, PVOID class, PVOID information)
{
    (void)context;
    (void)information;
    if ((uintptr_t) class == RegNtPreSetValueKey)
        strcat(order, "l");
    if ((uintptr_t) class == RegNtPostSetValueKey)
        strcat(order, "L");
    return STATUS_SUCCESS;
}

static void start_watching(void)
{
    UNICODE_STRING high, low;
    RtlInitUnicodeString(&high, u"380010");
    RtlInitUnicodeString(&low, u"95000.5");
    EXPECT_EQUAL(CmRegisterCallbackEx(watch_low, &low, &low, NULL, &low_cookie, NULL), 0);
    EXPECT_EQUAL(CmRegisterCallbackEx(watch, &high, &high, &cookie, &cookie, NULL), 0);
    EXPECT_EQUAL(CmRegisterCallbackEx(watch, &high, &high, &cookie, &cookie, NULL),
                 STATUS_FLT_INSTANCE_ALTITUDE_COLLISION);
}

TEST(callbacks_are_asked_by_altitude_and_told_the_other_way)
{
    HANDLE top = software(), key;
    start_watching();
    EXPECT_EQUAL(create_at(top, u"Watched", &key, NULL), 0);
    EXPECT_EQUAL(set_number(key, u"x", 1), 0);
    EXPECT_EQUAL(strcmp(order, "hlLH"), 0);
    EXPECT(seen_context == order);
    EXPECT_EQUAL(after_status, 0);
    ZwClose(key);
    EXPECT_EQUAL(cleaned, 1);
    EXPECT_EQUAL(asked[RegNtPreCreateKeyEx], 1);
    EXPECT_EQUAL(asked[RegNtKeyHandleClose], 1);
    EXPECT_EQUAL(CmUnRegisterCallback(cookie), 0);
    EXPECT_EQUAL(CmUnRegisterCallback(cookie), STATUS_INVALID_PARAMETER);
    EXPECT_EQUAL(CmUnRegisterCallback(low_cookie), 0);
    set_number(top, u"x", 1);
    EXPECT_EQUAL(asked[RegNtPreSetValueKey], 1);
    ZwClose(top);
}

TEST(contexts_are_given_back_when_a_callback_leaves)
{
    HANDLE top = software(), key;
    start_watching();
    EXPECT_EQUAL(create_at(top, u"Watched", &key, NULL), 0);
    EXPECT_EQUAL(CmUnRegisterCallback(cookie), 0);
    EXPECT_EQUAL(cleaned, 1);
    ZwClose(key);
    EXPECT_EQUAL(cleaned, 1);
    CmUnRegisterCallback(low_cookie);
    ZwClose(top);
}

TEST(a_callback_can_refuse_or_do_it_itself)
{
    HANDLE top = software();
    ULONG number;
    ULONG major = 0;
    start_watching();
    verdict = STATUS_ACCESS_DENIED;
    EXPECT_EQUAL(set_number(top, u"refused", 1), STATUS_ACCESS_DENIED);
    verdict = STATUS_CALLBACK_BYPASS;
    EXPECT_EQUAL(set_number(top, u"refused", 1), 0);
    EXPECT_EQUAL(asked[RegNtPostSetValueKey], 0);
    EXPECT_EQUAL(get_number(top, u"refused", &number), STATUS_OBJECT_NAME_NOT_FOUND);
    CmUnRegisterCallback(cookie);
    CmUnRegisterCallback(low_cookie);
    CmGetCallbackVersion(&major, NULL);
    EXPECT_EQUAL(major, 1);
    EXPECT_EQUAL(CmRegisterCallback(watch_low, NULL, &cookie), 0);
    EXPECT_EQUAL(CmUnRegisterCallback(cookie), 0);
    ZwClose(top);
}

TESTS_MAIN("registry")
