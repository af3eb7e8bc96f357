/* expool/flt_register.h - a filter makes itself known, says which operations it wants to see, and
 * leaves again. [H]
 *
 * The filter manager here sits on each device that the host calls a volume (expool/filter.h), and
 * shows its requests to the filters of that volume, from the highest altitude down and back up. */
#ifndef EXPOOL_FLT_REGISTER_H
#define EXPOOL_FLT_REGISTER_H

#include "expool/flt_types.h"

typedef ULONG FLT_FILTER_UNLOAD_FLAGS;
typedef ULONG FLT_INSTANCE_SETUP_FLAGS;
typedef ULONG FLT_INSTANCE_QUERY_TEARDOWN_FLAGS;
typedef ULONG FLT_INSTANCE_TEARDOWN_FLAGS;
typedef ULONG FLT_OPERATION_REGISTRATION_FLAGS;
typedef USHORT FLT_CONTEXT_REGISTRATION_FLAGS;
typedef ULONG FLT_REGISTRATION_FLAGS;
typedef ULONG FLT_NORMALIZE_NAME_FLAGS;
typedef ULONG FLT_FILE_NAME_OPTIONS;
typedef struct _FLT_NAME_CONTROL *PFLT_NAME_CONTROL;
typedef struct _FLT_NAME_CONTROL FLT_NAME_CONTROL;
struct _FILE_NAMES_INFORMATION;

#define FLTFL_FILTER_UNLOAD_MANDATORY 0x00000001

#define FLTFL_INSTANCE_SETUP_AUTOMATIC_ATTACHMENT       0x00000001
#define FLTFL_INSTANCE_SETUP_MANUAL_ATTACHMENT          0x00000002
#define FLTFL_INSTANCE_SETUP_NEWLY_MOUNTED_VOLUME       0x00000004
#define FLTFL_INSTANCE_SETUP_DETACHED_VOLUME            0x00000008
#define FLTFL_INSTANCE_TEARDOWN_MANUAL                  0x00000001
#define FLTFL_INSTANCE_TEARDOWN_FILTER_UNLOAD           0x00000002
#define FLTFL_INSTANCE_TEARDOWN_MANDATORY_FILTER_UNLOAD 0x00000004
#define FLTFL_INSTANCE_TEARDOWN_VOLUME_DISMOUNT         0x00000008
#define FLTFL_INSTANCE_TEARDOWN_INTERNAL_ERROR          0x00000010

#define FLTFL_OPERATION_REGISTRATION_SKIP_PAGING_IO    0x00000001
#define FLTFL_OPERATION_REGISTRATION_SKIP_CACHED_IO    0x00000002
#define FLTFL_OPERATION_REGISTRATION_SKIP_NON_DASD_IO  0x00000004
#define FLTFL_CONTEXT_REGISTRATION_NO_EXACT_SIZE_MATCH 0x0001
#define FLT_VARIABLE_SIZED_CONTEXTS                    ((SIZE_T)-1)

#define FLTFL_REGISTRATION_DO_NOT_SUPPORT_SERVICE_STOP 0x00000001
#define FLTFL_REGISTRATION_SUPPORT_NPFS_MSFS           0x00000002
#define FLTFL_REGISTRATION_SUPPORT_DAX_VOLUME          0x00000004

typedef FLT_PREOP_CALLBACK_STATUS FLTAPI_PRE_OPERATION(PFLT_CALLBACK_DATA Data,
                                                       PCFLT_RELATED_OBJECTS FltObjects,
                                                       PVOID *CompletionContext);
typedef FLT_POSTOP_CALLBACK_STATUS FLTAPI_POST_OPERATION(PFLT_CALLBACK_DATA Data,
                                                         PCFLT_RELATED_OBJECTS FltObjects,
                                                         PVOID CompletionContext,
                                                         FLT_POST_OPERATION_FLAGS Flags);
typedef FLTAPI_PRE_OPERATION *PFLT_PRE_OPERATION_CALLBACK;
typedef FLTAPI_POST_OPERATION *PFLT_POST_OPERATION_CALLBACK;
typedef NTSTATUS (*PFLT_FILTER_UNLOAD_CALLBACK)(FLT_FILTER_UNLOAD_FLAGS Flags);
typedef NTSTATUS (*PFLT_INSTANCE_SETUP_CALLBACK)(PCFLT_RELATED_OBJECTS FltObjects,
                                                 FLT_INSTANCE_SETUP_FLAGS Flags,
                                                 DEVICE_TYPE VolumeDeviceType,
                                                 FLT_FILESYSTEM_TYPE VolumeFilesystemType);
typedef NTSTATUS (*PFLT_INSTANCE_QUERY_TEARDOWN_CALLBACK)(PCFLT_RELATED_OBJECTS FltObjects,
                                                          FLT_INSTANCE_QUERY_TEARDOWN_FLAGS Flags);
typedef VOID (*PFLT_INSTANCE_TEARDOWN_CALLBACK)(PCFLT_RELATED_OBJECTS FltObjects,
                                                FLT_INSTANCE_TEARDOWN_FLAGS Reason);
typedef VOID (*PFLT_CONTEXT_CLEANUP_CALLBACK)(PFLT_CONTEXT Context, FLT_CONTEXT_TYPE ContextType);
typedef PVOID (*PFLT_CONTEXT_ALLOCATE_CALLBACK)(POOL_TYPE PoolType, SIZE_T Size,
                                                FLT_CONTEXT_TYPE ContextType);
typedef VOID (*PFLT_CONTEXT_FREE_CALLBACK)(PVOID Pool, FLT_CONTEXT_TYPE ContextType);
typedef NTSTATUS (*PFLT_GENERATE_FILE_NAME)(PFLT_INSTANCE Instance, PFILE_OBJECT FileObject,
                                            PFLT_CALLBACK_DATA CallbackData,
                                            FLT_FILE_NAME_OPTIONS NameOptions,
                                            PBOOLEAN CacheFileNameInformation,
                                            PFLT_NAME_CONTROL FileName);
typedef NTSTATUS (*PFLT_NORMALIZE_NAME_COMPONENT)(
    PFLT_INSTANCE Instance, PCUNICODE_STRING ParentDirectory, USHORT VolumeNameLength,
    PCUNICODE_STRING Component, struct _FILE_NAMES_INFORMATION *ExpandComponentName,
    ULONG ExpandComponentNameLength, FLT_NORMALIZE_NAME_FLAGS Flags, PVOID *NormalizationContext);
typedef NTSTATUS (*PFLT_NORMALIZE_NAME_COMPONENT_EX)(
    PFLT_INSTANCE Instance, PFILE_OBJECT FileObject, PCUNICODE_STRING ParentDirectory,
    USHORT VolumeNameLength, PCUNICODE_STRING Component,
    struct _FILE_NAMES_INFORMATION *ExpandComponentName, ULONG ExpandComponentNameLength,
    FLT_NORMALIZE_NAME_FLAGS Flags, PVOID *NormalizationContext);
typedef VOID (*PFLT_NORMALIZE_CONTEXT_CLEANUP)(PVOID *NormalizationContext);
typedef NTSTATUS (*PFLT_TRANSACTION_NOTIFICATION_CALLBACK)(PCFLT_RELATED_OBJECTS FltObjects,
                                                           PFLT_CONTEXT TransactionContext,
                                                           ULONG NotificationMask);
typedef NTSTATUS (*PFLT_SECTION_CONFLICT_NOTIFICATION_CALLBACK)(PFLT_INSTANCE Instance,
                                                                PFLT_CONTEXT SectionContext,
                                                                PFLT_CALLBACK_DATA Data);

typedef struct _FLT_OPERATION_REGISTRATION {
    UCHAR MajorFunction; /* the last row's is IRP_MJ_OPERATION_END */
    FLT_OPERATION_REGISTRATION_FLAGS Flags;
    PFLT_PRE_OPERATION_CALLBACK PreOperation;
    PFLT_POST_OPERATION_CALLBACK PostOperation;
    PVOID Reserved1;
} FLT_OPERATION_REGISTRATION, *PFLT_OPERATION_REGISTRATION;

typedef struct _FLT_CONTEXT_REGISTRATION {
    FLT_CONTEXT_TYPE ContextType; /* the last row's is FLT_CONTEXT_END */
    FLT_CONTEXT_REGISTRATION_FLAGS Flags;
    PFLT_CONTEXT_CLEANUP_CALLBACK ContextCleanupCallback;
    SIZE_T Size;
    ULONG PoolTag;
    PFLT_CONTEXT_ALLOCATE_CALLBACK ContextAllocateCallback;
    PFLT_CONTEXT_FREE_CALLBACK ContextFreeCallback;
    PVOID Reserved1;
} FLT_CONTEXT_REGISTRATION, *PFLT_CONTEXT_REGISTRATION;
typedef const FLT_CONTEXT_REGISTRATION *PCFLT_CONTEXT_REGISTRATION;

#define FLT_REGISTRATION_VERSION_0200 0x0200
#define FLT_REGISTRATION_VERSION_0201 0x0201
#define FLT_REGISTRATION_VERSION_0202 0x0202
#define FLT_REGISTRATION_VERSION_0203 0x0203
#define FLT_REGISTRATION_VERSION      FLT_REGISTRATION_VERSION_0203

typedef struct _FLT_REGISTRATION {
    USHORT Size;
    USHORT Version;
    FLT_REGISTRATION_FLAGS Flags;
    CONST FLT_CONTEXT_REGISTRATION *ContextRegistration;
    CONST FLT_OPERATION_REGISTRATION *OperationRegistration;
    PFLT_FILTER_UNLOAD_CALLBACK FilterUnloadCallback;
    PFLT_INSTANCE_SETUP_CALLBACK InstanceSetupCallback;
    PFLT_INSTANCE_QUERY_TEARDOWN_CALLBACK InstanceQueryTeardownCallback;
    PFLT_INSTANCE_TEARDOWN_CALLBACK InstanceTeardownStartCallback;
    PFLT_INSTANCE_TEARDOWN_CALLBACK InstanceTeardownCompleteCallback;
    PFLT_GENERATE_FILE_NAME GenerateFileNameCallback;
    PFLT_NORMALIZE_NAME_COMPONENT NormalizeNameComponentCallback;
    PFLT_NORMALIZE_CONTEXT_CLEANUP NormalizeContextCleanupCallback;
    PFLT_TRANSACTION_NOTIFICATION_CALLBACK TransactionNotificationCallback;
    PFLT_NORMALIZE_NAME_COMPONENT_EX NormalizeNameComponentExCallback;
    PFLT_SECTION_CONFLICT_NOTIFICATION_CALLBACK SectionNotificationCallback;
} FLT_REGISTRATION, *PFLT_REGISTRATION;

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* Registers Driver's filter. The tables are read in place and must stay. The driver's unload
 * routine is the filter manager's from here on: it calls FilterUnloadCallback, mandatory; a
 * refusal is not followed. STATUS_INVALID_PARAMETER: a size or version that is none;
 * STATUS_INSUFFICIENT_RESOURCES. Name providers are not asked, transactions are not told [P].
 * At most APC_LEVEL. [D] */
NTSTATUS FltRegisterFilter(PDRIVER_OBJECT Driver, CONST FLT_REGISTRATION *Registration,
                           PFLT_FILTER *RetFilter);

/* Takes an instance on each volume: the filter's InstanceSetupCallback says whether. [D] */
NTSTATUS FltStartFiltering(PFLT_FILTER Filter);

/* Ends its instances, waits for operations and references, and frees it. PASSIVE_LEVEL. [D] */
VOID FltUnregisterFilter(PFLT_FILTER Filter);

/* Asks the filter of that name (its driver's) to unload, as fltmc does: its refusal is returned.
 * STATUS_FLT_FILTER_NOT_FOUND. [D] */
NTSTATUS FltUnloadFilter(PCUNICODE_STRING FilterName);

/* A reference on a filter, volume or instance: it does not go while one is held.
 * STATUS_FLT_DELETING_OBJECT. Any IRQL below DISPATCH_LEVEL. [D] */
NTSTATUS FltObjectReference(PVOID FltObject);
VOID FltObjectDereference(PVOID FltObject);

/* The filter manager's routine of that name, NULL: none. [D] */
PVOID FltGetRoutineAddress(PCSTR FltMgrRoutineName);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
