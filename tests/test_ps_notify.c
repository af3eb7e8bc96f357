#include "tests/expect.h"

#include <wdm.h>

#include <unistd.h>

static unsigned created, ended, threads, images;
static NTSTATUS verdict;

static VOID process(HANDLE parent, HANDLE id, BOOLEAN create)
{
    EXPECT(parent == (HANDLE)1 && id == (HANDLE)2);
    if (create)
        created++;
    else
        ended++;
}

static VOID process_ex(PEPROCESS object, HANDLE id, PPS_CREATE_NOTIFY_INFO info)
{
    EXPECT(object != NULL && id == (HANDLE)2);
    if (info != NULL) {
        EXPECT_EQUAL(info->ImageFileName->Length, 2 * strlen("\\x.exe"));
        info->CreationStatus = verdict;
    }
}

static VOID thread(HANDLE id, HANDLE thread_id, BOOLEAN create)
{
    EXPECT(id == (HANDLE)2 && thread_id == (HANDLE)3 && create);
    threads++;
}

static VOID image(PUNICODE_STRING name, HANDLE id, PIMAGE_INFO info)
{
    EXPECT(name->Length == 10 && id == (HANDLE)2 && info->ImageSize == 4096);
    images++;
}

TEST(processes_are_told_and_can_be_refused)
{
    EXPECT_EQUAL(PsSetCreateProcessNotifyRoutine(process, FALSE), 0);
    EXPECT_EQUAL(PsSetCreateProcessNotifyRoutine(process, FALSE), STATUS_INVALID_PARAMETER);
    EXPECT_EQUAL(PsSetCreateProcessNotifyRoutineEx(process_ex, FALSE), 0);
    EXPECT_EQUAL(expool_notify_process((HANDLE)1, (HANDLE)2, 1, "\\x.exe"), 0);
    EXPECT_EQUAL(expool_notify_process((HANDLE)1, (HANDLE)2, 0, NULL), 0);
    verdict = STATUS_ACCESS_DENIED;
    EXPECT_EQUAL(expool_notify_process((HANDLE)1, (HANDLE)2, 1, "\\x.exe"), STATUS_ACCESS_DENIED);
    EXPECT_EQUAL(created, 1);
    EXPECT_EQUAL(ended, 1);
    EXPECT_EQUAL(PsSetCreateProcessNotifyRoutine(process, TRUE), 0);
    EXPECT_EQUAL(PsSetCreateProcessNotifyRoutine(process, TRUE), STATUS_INVALID_PARAMETER);
    EXPECT_EQUAL(PsSetCreateProcessNotifyRoutineEx(process_ex, TRUE), 0);
}

TEST(threads_and_images_are_told)
{
    IMAGE_INFO info = {.ImageSize = 4096};
    EXPECT_EQUAL(PsSetCreateThreadNotifyRoutine(thread), 0);
    EXPECT_EQUAL(PsSetLoadImageNotifyRoutine(image), 0);
    expool_notify_thread((HANDLE)2, (HANDLE)3, 1);
    expool_notify_image((HANDLE)2, "x.dll", &info);
    EXPECT_EQUAL(threads, 1);
    EXPECT_EQUAL(images, 1);
    EXPECT_EQUAL(PsRemoveCreateThreadNotifyRoutine(thread), 0);
    EXPECT_EQUAL(PsRemoveLoadImageNotifyRoutine(image), 0);
    EXPECT_EQUAL(PsRemoveLoadImageNotifyRoutine(image), STATUS_PROCEDURE_NOT_FOUND);
    EXPECT_EQUAL(PsRemoveCreateThreadNotifyRoutine(thread), STATUS_PROCEDURE_NOT_FOUND);
}

TEST(processes_have_numbers_and_can_be_objects)
{
    PEPROCESS found;
    HANDLE handle;
    PVOID object;
    EXPECT_EQUAL((uintptr_t)PsGetCurrentProcessId(), (uintptr_t)getpid());
    EXPECT_EQUAL((uintptr_t)PsGetProcessId(PsInitialSystemProcess), 4);
    EXPECT_EQUAL(PsLookupProcessByProcessId((HANDLE)4, &found), 0);
    EXPECT(found == PsInitialSystemProcess);
    EXPECT(ObGetObjectType(found) == *PsProcessType);
    EXPECT_EQUAL(ObOpenObjectByPointer(found, OBJ_KERNEL_HANDLE, NULL, 1, *PsProcessType,
                                       KernelMode, &handle),
                 0);
    EXPECT_EQUAL(ObReferenceObjectByHandle(handle, 0, *PsProcessType, KernelMode, &object, NULL),
                 0);
    EXPECT(object == found);
    ObDereferenceObject(object);
    EXPECT_EQUAL(ZwClose(handle), 0);
    ObDereferenceObject(found);
    EXPECT_EQUAL(PsLookupProcessByProcessId((HANDLE)(uintptr_t)getpid(), &found), 0);
    ObDereferenceObject(found);
    EXPECT_EQUAL(PsLookupProcessByProcessId((HANDLE)3, &found), STATUS_INVALID_PARAMETER);
}

TESTS_MAIN("ps_notify")
