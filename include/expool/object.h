/* expool/object.h - objects with a reference count, and handles to them: devices, drivers, files,
 * events, keys, threads, processes. A body lies in non-paged pool behind a header of 0x30 bytes. */
#ifndef EXPOOL_OBJECT_H
#define EXPOOL_OBJECT_H

#include "expool/dispatcher.h"
#include "expool/object_attributes.h"
#include "expool/status.h"
#include "expool/types.h"

typedef struct _OBJECT_TYPE *POBJECT_TYPE;
typedef struct _EPROCESS *PEPROCESS;
typedef struct _ACCESS_STATE *PACCESS_STATE;

typedef struct _OBJECT_HANDLE_INFORMATION {
    ULONG HandleAttributes;
    ACCESS_MASK GrantedAccess;
} OBJECT_HANDLE_INFORMATION, *POBJECT_HANDLE_INFORMATION;

typedef struct _OBJECT_NAME_INFORMATION {
    UNICODE_STRING Name;
} OBJECT_NAME_INFORMATION, *POBJECT_NAME_INFORMATION;

#define NtCurrentProcess() ((HANDLE)(LONG_PTR)-1)
#define ZwCurrentProcess() NtCurrentProcess()
#define NtCurrentThread()  ((HANDLE)(LONG_PTR)-2)
#define ZwCurrentThread()  NtCurrentThread()

#define OBJECT_TYPE_CREATE      0x0001
#define OBJECT_TYPE_ALL_ACCESS  (STANDARD_RIGHTS_REQUIRED | 0x1)
#define EVENT_QUERY_STATE       0x0001
#define EVENT_MODIFY_STATE      0x0002
#define EVENT_ALL_ACCESS        (STANDARD_RIGHTS_REQUIRED | SYNCHRONIZE | 0x3)
#define DIRECTORY_QUERY         0x0001
#define DIRECTORY_TRAVERSE      0x0002
#define DIRECTORY_CREATE_OBJECT 0x0004
#define DIRECTORY_ALL_ACCESS    (STANDARD_RIGHTS_REQUIRED | 0xF)
#define SYMBOLIC_LINK_QUERY     0x0001

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* The types there are, to be compared with and handed to the routines below. [H] */
extern POBJECT_TYPE *IoFileObjectType;
extern POBJECT_TYPE *IoDriverObjectType;
extern POBJECT_TYPE *IoDeviceObjectType;
extern POBJECT_TYPE *ExEventObjectType;
extern POBJECT_TYPE *PsThreadType;
extern POBJECT_TYPE *PsProcessType;
extern POBJECT_TYPE *CmKeyObjectType;

/* One reference more or less; both return the count afterwards. The last one taken away destroys
 * the object; one too many is bug check 0x18. Any IRQL up to DISPATCH_LEVEL. [D] */
LONG_PTR ObfReferenceObject(PVOID Object);
LONG_PTR ObfDereferenceObject(PVOID Object);
#define ObReferenceObject(Object)                ObfReferenceObject(Object)
#define ObDereferenceObject(Object)              ObfDereferenceObject(Object)
#define ObReferenceObjectWithTag(Object, Tag)    ObfReferenceObject(Object)
#define ObDereferenceObjectWithTag(Object, Tag)  ObfDereferenceObject(Object)
#define ObfReferenceObjectWithTag(Object, Tag)   ObfReferenceObject(Object)
#define ObfDereferenceObjectWithTag(Object, Tag) ObfDereferenceObject(Object)
/* The same; Windows lets a worker thread do the destruction. */
VOID ObDereferenceObjectDeferDelete(PVOID Object);
#define ObDereferenceObjectDeferDeleteWithTag(Object, Tag) ObDereferenceObjectDeferDelete(Object)

/* A reference to Object when it is of ObjectType, else STATUS_OBJECT_TYPE_MISMATCH; NULL fits every
 * type in KernelMode. Access rights are not looked at [P]. At most DISPATCH_LEVEL. [D] */
NTSTATUS ObReferenceObjectByPointer(PVOID Object, ACCESS_MASK DesiredAccess,
                                    POBJECT_TYPE ObjectType, KPROCESSOR_MODE AccessMode);
#define ObReferenceObjectByPointerWithTag(Object, Access, Type, Mode, Tag)                         \
    ObReferenceObjectByPointer(Object, Access, Type, Mode)

/* The object behind a handle, one reference more. STATUS_INVALID_HANDLE,
 * STATUS_OBJECT_TYPE_MISMATCH; in UserMode STATUS_ACCESS_DENIED when the handle was not opened with
 * DesiredAccess. HandleInformation may be NULL. PASSIVE_LEVEL. [D] */
NTSTATUS ObReferenceObjectByHandle(HANDLE Handle, ACCESS_MASK DesiredAccess,
                                   POBJECT_TYPE ObjectType, KPROCESSOR_MODE AccessMode,
                                   PVOID *Object, POBJECT_HANDLE_INFORMATION HandleInformation);
#define ObReferenceObjectByHandleWithTag(Handle, Access, Type, Mode, Tag, Object, Information)     \
    ObReferenceObjectByHandle(Handle, Access, Type, Mode, Object, Information)

/* A handle to Object, which keeps a reference of its own. PASSIVE_LEVEL. [D] */
NTSTATUS ObOpenObjectByPointer(PVOID Object, ULONG HandleAttributes,
                               PACCESS_STATE PassedAccessState, ACCESS_MASK DesiredAccess,
                               POBJECT_TYPE ObjectType, KPROCESSOR_MODE AccessMode, PHANDLE Handle);
#define ObOpenObjectByPointerWithTag(Object, Attributes, State, Access, Type, Mode, Tag, Handle)   \
    ObOpenObjectByPointer(Object, Attributes, State, Access, Type, Mode, Handle)

/* The type Object was made as. */
POBJECT_TYPE ObGetObjectType(PVOID Object);

/* The full name of Object; an empty one when it has none. ObjectNameInfo may be NULL when Length is
 * 0. STATUS_INFO_LENGTH_MISMATCH, and *ReturnLength the bytes needed. PASSIVE_LEVEL. [D] */
NTSTATUS ObQueryNameString(PVOID Object, POBJECT_NAME_INFORMATION ObjectNameInfo, ULONG Length,
                           PULONG ReturnLength);

/* The last reference too may be the handle's. STATUS_INVALID_HANDLE. PASSIVE_LEVEL. [D] */
NTSTATUS ZwClose(HANDLE Handle);
NTSTATUS NtClose(HANDLE Handle);
NTSTATUS ObCloseHandle(HANDLE Handle, KPROCESSOR_MODE PreviousMode);

/* A second handle to the same object. Process handles must be NtCurrentProcess(); anything else is
 * STATUS_INVALID_HANDLE. Options: DUPLICATE_CLOSE_SOURCE, DUPLICATE_SAME_ACCESS. [D] */
NTSTATUS ZwDuplicateObject(HANDLE SourceProcessHandle, HANDLE SourceHandle,
                           HANDLE TargetProcessHandle, PHANDLE TargetHandle,
                           ACCESS_MASK DesiredAccess, ULONG HandleAttributes, ULONG Options);
#define DUPLICATE_CLOSE_SOURCE    0x00000001
#define DUPLICATE_SAME_ACCESS     0x00000002
#define DUPLICATE_SAME_ATTRIBUTES 0x00000004

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
