#include "tests/expect.h"

#include "expool/statistics.h"
#include "kernel/ob_named_event.h"
#include "kernel/object.h"

#include <wdm.h>

static unsigned destroyed;

static void count_destroy(void *body)
{
    (void)body;
    destroyed++;
}

static const struct object_type counted = {
    .name = "Counted", .tag = 'tnuC', .destroy = count_destroy};

static UNICODE_STRING text(const WCHAR *letters)
{
    UNICODE_STRING string;
    RtlInitUnicodeString(&string, letters);
    return string;
}

TEST(the_last_dereference_destroys)
{
    void *body = object_create(&counted, 24);
    EXPECT(body != NULL);
    EXPECT_EQUAL(ObReferenceObject(body), 2);
    EXPECT_EQUAL(ObDereferenceObject(body), 1);
    EXPECT_EQUAL(destroyed, 0);
    EXPECT_EQUAL(ObDereferenceObject(body), 0);
    EXPECT_EQUAL(destroyed, 1);
}

TEST(dereferencing_what_is_no_object_is_a_stop)
{
    DECLSPEC_ALIGN(16) static unsigned char memory[128];
    EXPECT_BUGCHECK(0x18, 0)
    {
        ObDereferenceObject(memory + 64);
    }
}

TEST(a_handle_keeps_its_object_and_ends_once)
{
    void *body = object_create(&counted, 8);
    HANDLE handle;
    EXPECT_EQUAL(ObOpenObjectByPointer(body, OBJ_KERNEL_HANDLE, NULL, 1, NULL, KernelMode, &handle),
                 0);
    EXPECT((uintptr_t)handle >= 0xFFFFFFFF80000000);
    ObDereferenceObject(body);
    PVOID again;
    EXPECT_EQUAL(ObReferenceObjectByHandle(handle, 0, NULL, KernelMode, &again, NULL), 0);
    EXPECT(again == body);
    EXPECT_EQUAL(ZwClose(handle), 0);
    EXPECT_EQUAL(ZwClose(handle), STATUS_INVALID_HANDLE);
    EXPECT_EQUAL(destroyed, 0);
    ObDereferenceObject(again);
    EXPECT_EQUAL(destroyed, 1);
}

TEST(type_and_access_of_a_handle_are_checked)
{
    HANDLE handle;
    PVOID object;
    EXPECT_EQUAL(ZwCreateEvent(&handle, SYNCHRONIZE, NULL, NotificationEvent, FALSE), 0);
    EXPECT_EQUAL(ObReferenceObjectByHandle(handle, 0, *IoFileObjectType, KernelMode, &object, NULL),
                 STATUS_OBJECT_TYPE_MISMATCH);
    EXPECT_EQUAL(ObReferenceObjectByHandle(handle, EVENT_MODIFY_STATE, *ExEventObjectType, UserMode,
                                           &object, NULL),
                 STATUS_ACCESS_DENIED);
    OBJECT_HANDLE_INFORMATION information;
    EXPECT_EQUAL(ObReferenceObjectByHandle(handle, SYNCHRONIZE, *ExEventObjectType, UserMode,
                                           &object, &information),
                 0);
    EXPECT_EQUAL(information.GrantedAccess, SYNCHRONIZE);
    EXPECT(ObGetObjectType(object) == *ExEventObjectType);
    EXPECT_EQUAL(ObReferenceObjectByPointer(object, 0, *PsThreadType, KernelMode),
                 STATUS_OBJECT_TYPE_MISMATCH);
    ObDereferenceObject(object);
    HANDLE second;
    EXPECT_EQUAL(ZwDuplicateObject(NtCurrentProcess(), handle, NtCurrentProcess(), &second, 0, 0,
                                   DUPLICATE_SAME_ACCESS | DUPLICATE_CLOSE_SOURCE),
                 0);
    EXPECT_EQUAL(NtClose(handle), STATUS_INVALID_HANDLE);
    EXPECT_EQUAL(ObCloseHandle(second, KernelMode), 0);
}

TEST(many_handles_are_all_different)
{
    enum { MANY = 1000 };
    static HANDLE handles[MANY];
    void *body = object_create(&counted, 8);
    for (unsigned i = 0; i < MANY; i++)
        EXPECT((handles[i] = handle_open(body, 0, 0)) != NULL);
    EXPECT_EQUAL(object_references(body), MANY + 1);
    for (unsigned i = 0; i < MANY; i++)
        EXPECT_EQUAL(ZwClose(handles[i]), 0);
    EXPECT_EQUAL(ObDereferenceObject(body), 0);
}

TEST(a_named_event_is_found_again_until_its_last_handle)
{
    UNICODE_STRING name = text(u"\\BaseNamedObjects\\Something");
    UNICODE_STRING upper = text(u"\\BASENAMEDOBJECTS\\SOMETHING");
    HANDLE first, second;
    PKEVENT event = IoCreateNotificationEvent(&name, &first);
    EXPECT(event != NULL && KeReadStateEvent(event) != 0);
    EXPECT(IoCreateNotificationEvent(&upper, &second) == event);
    EXPECT_EQUAL(ZwClearEvent(second), 0);
    EXPECT_EQUAL(KeReadStateEvent(event), 0);
    LONG before = 7;
    EXPECT_EQUAL(ZwSetEvent(first, &before), 0);
    EXPECT_EQUAL(before, 0);
    EXPECT_EQUAL(ZwResetEvent(first, &before), 0);
    EXPECT_EQUAL(before, 1);
    KEVENT *found = named_event_find("\\BaseNamedObjects\\Something");
    EXPECT(found == event);
    ObDereferenceObject(found);
    ZwClose(first);
    ZwClose(second);
    EXPECT(named_event_find("\\BaseNamedObjects\\Something") == NULL);
    HANDLE third;
    EXPECT(IoCreateSynchronizationEvent(&name, &third) != NULL);
    ZwClose(third);
}

TEST(creating_an_event_twice_collides_unless_it_may_be_open)
{
    UNICODE_STRING name = text(u"\\BaseNamedObjects\\Twice");
    OBJECT_ATTRIBUTES attributes;
    HANDLE first, second;
    InitializeObjectAttributes(&attributes, &name, 0, NULL, NULL);
    EXPECT_EQUAL(ZwOpenEvent(&first, SYNCHRONIZE, &attributes), STATUS_OBJECT_NAME_NOT_FOUND);
    EXPECT_EQUAL(ZwCreateEvent(&first, EVENT_ALL_ACCESS, &attributes, NotificationEvent, TRUE), 0);
    EXPECT_EQUAL(ZwCreateEvent(&second, EVENT_ALL_ACCESS, &attributes, NotificationEvent, TRUE),
                 STATUS_OBJECT_NAME_COLLISION);
    attributes.Attributes = OBJ_OPENIF;
    EXPECT_EQUAL(ZwCreateEvent(&second, EVENT_ALL_ACCESS, &attributes, NotificationEvent, TRUE),
                 STATUS_OBJECT_NAME_EXISTS);
    ZwClose(second);
    EXPECT_EQUAL(ZwOpenEvent(&second, SYNCHRONIZE, &attributes), 0);
    ZwClose(second);
    ZwClose(first);
}

TEST(the_name_of_an_object_can_be_asked_for)
{
    KEVENT *event = named_event_make("\\KernelObjects\\LowPagedPoolCondition");
    DECLSPEC_ALIGN(8) unsigned char memory[200];
    OBJECT_NAME_INFORMATION *information = (OBJECT_NAME_INFORMATION *)(void *)memory;
    ULONG needed;
    EXPECT_EQUAL(ObQueryNameString(event, information, 8, &needed), STATUS_INFO_LENGTH_MISMATCH);
    EXPECT_EQUAL(ObQueryNameString(event, information, needed, &needed), 0);
    EXPECT_EQUAL(information->Name.Length, 2 * strlen("\\KernelObjects\\LowPagedPoolCondition"));
    ObDereferenceObject(event);
}

TEST(an_object_is_counted_in_non_paged_pool_under_its_tag)
{
    void *body = object_create(&counted, 40);
    struct expool_tag_statistics tag;
    expool_tag_statistics_get('tnuC', &tag);
    EXPECT_EQUAL(tag.pool[0].allocations, 1);
    ObDereferenceObjectDeferDelete(body);
    expool_tag_statistics_get('tnuC', &tag);
    EXPECT_EQUAL(tag.pool[0].frees, 1);
}

TESTS_MAIN("object")
