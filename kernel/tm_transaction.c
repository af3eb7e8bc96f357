/* tm_transaction.c - the transaction manager that there is not. */
#include "expool/transaction.h"

#include "kernel/object.h"
#include "kernel/zw_level.h"

static POBJECT_TYPE nothing;

POBJECT_TYPE *TmTransactionObjectType = &nothing;

NTSTATUS ZwCreateTransactionManager(PHANDLE TmHandle, ACCESS_MASK DesiredAccess,
                                    POBJECT_ATTRIBUTES ObjectAttributes,
                                    PUNICODE_STRING LogFileName, ULONG CreateOptions,
                                    ULONG CommitStrength)
{
    *TmHandle = HANDLE_NONE;
    (void)DesiredAccess;
    (void)ObjectAttributes;
    (void)LogFileName;
    (void)CreateOptions;
    (void)CommitStrength;
    return STATUS_NOT_SUPPORTED;
}

NTSTATUS ZwCreateResourceManager(PHANDLE ResourceManagerHandle, ACCESS_MASK DesiredAccess,
                                 HANDLE TmHandle, LPGUID ResourceManagerGuid,
                                 POBJECT_ATTRIBUTES ObjectAttributes, ULONG CreateOptions,
                                 PUNICODE_STRING Description)
{
    *ResourceManagerHandle = HANDLE_NONE;
    (void)DesiredAccess;
    (void)TmHandle;
    (void)ResourceManagerGuid;
    (void)ObjectAttributes;
    (void)CreateOptions;
    (void)Description;
    return STATUS_NOT_SUPPORTED;
}

NTSTATUS ZwCreateTransaction(PHANDLE TransactionHandle, ACCESS_MASK DesiredAccess,
                             POBJECT_ATTRIBUTES ObjectAttributes, LPGUID Uow, HANDLE TmHandle,
                             ULONG CreateOptions, ULONG IsolationLevel, ULONG IsolationFlags,
                             PLARGE_INTEGER Timeout, PUNICODE_STRING Description)
{
    *TransactionHandle = HANDLE_NONE;
    (void)DesiredAccess;
    (void)ObjectAttributes;
    (void)Uow;
    (void)TmHandle;
    (void)CreateOptions;
    (void)IsolationLevel;
    (void)IsolationFlags;
    (void)Timeout;
    (void)Description;
    return STATUS_NOT_SUPPORTED;
}

NTSTATUS ZwCreateEnlistment(PHANDLE EnlistmentHandle, ACCESS_MASK DesiredAccess,
                            HANDLE ResourceManagerHandle, HANDLE TransactionHandle,
                            POBJECT_ATTRIBUTES ObjectAttributes, ULONG CreateOptions,
                            NOTIFICATION_MASK NotificationMask, PVOID EnlistmentKey)
{
    *EnlistmentHandle = HANDLE_NONE;
    (void)DesiredAccess;
    (void)ResourceManagerHandle;
    (void)TransactionHandle;
    (void)ObjectAttributes;
    (void)CreateOptions;
    (void)NotificationMask;
    (void)EnlistmentKey;
    return STATUS_NOT_SUPPORTED;
}

NTSTATUS ZwCommitTransaction(HANDLE TransactionHandle, BOOLEAN Wait)
{
    (void)TransactionHandle;
    (void)Wait;
    return STATUS_NOT_SUPPORTED;
}

NTSTATUS ZwRollbackTransaction(HANDLE TransactionHandle, BOOLEAN Wait)
{
    (void)TransactionHandle;
    (void)Wait;
    return STATUS_NOT_SUPPORTED;
}

NTSTATUS TmEnableCallbacks(PKRESOURCEMANAGER ResourceManager, PTM_RM_NOTIFICATION CallbackRoutine,
                           PVOID RMKey)
{
    (void)ResourceManager;
    (void)CallbackRoutine;
    (void)RMKey;
    return STATUS_NOT_SUPPORTED;
}

NTSTATUS TmPrepareComplete(PKENLISTMENT Enlistment, PLARGE_INTEGER TmVirtualClock)
{
    (void)Enlistment;
    (void)TmVirtualClock;
    return STATUS_NOT_SUPPORTED;
}

NTSTATUS TmPrePrepareComplete(PKENLISTMENT Enlistment, PLARGE_INTEGER TmVirtualClock)
{
    (void)Enlistment;
    (void)TmVirtualClock;
    return STATUS_NOT_SUPPORTED;
}

NTSTATUS TmCommitComplete(PKENLISTMENT Enlistment, PLARGE_INTEGER TmVirtualClock)
{
    (void)Enlistment;
    (void)TmVirtualClock;
    return STATUS_NOT_SUPPORTED;
}

NTSTATUS TmRollbackComplete(PKENLISTMENT Enlistment, PLARGE_INTEGER TmVirtualClock)
{
    (void)Enlistment;
    (void)TmVirtualClock;
    return STATUS_NOT_SUPPORTED;
}

NTSTATUS ZwCreateKeyTransacted(PHANDLE KeyHandle, ACCESS_MASK DesiredAccess,
                               POBJECT_ATTRIBUTES ObjectAttributes, ULONG TitleIndex,
                               PUNICODE_STRING Class, ULONG CreateOptions, HANDLE TransactionHandle,
                               PULONG Disposition)
{
    ZW_LEVEL(ZwCreateKeyTransacted);
    *KeyHandle = HANDLE_NONE;
    (void)DesiredAccess;
    (void)ObjectAttributes;
    (void)TitleIndex;
    (void)Class;
    (void)CreateOptions;
    (void)TransactionHandle;
    (void)Disposition;
    return STATUS_NOT_SUPPORTED;
}

NTSTATUS ZwOpenKeyTransacted(PHANDLE KeyHandle, ACCESS_MASK DesiredAccess,
                             POBJECT_ATTRIBUTES ObjectAttributes, HANDLE TransactionHandle)
{
    *KeyHandle = HANDLE_NONE;
    (void)DesiredAccess;
    (void)ObjectAttributes;
    (void)TransactionHandle;
    return STATUS_NOT_SUPPORTED;
}
