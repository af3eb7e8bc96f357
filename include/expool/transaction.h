/* expool/transaction.h - the kernel's transaction manager: its words, and routines that say there
 * is none: all are STATUS_NOT_SUPPORTED, hand out NULL, and no object is a transaction. [H] */
#ifndef EXPOOL_TRANSACTION_H
#define EXPOOL_TRANSACTION_H

#include "expool/guid.h"
#include "expool/object.h"

typedef struct _KTRANSACTION KTRANSACTION, *PKTRANSACTION;
typedef struct _KENLISTMENT KENLISTMENT, *PKENLISTMENT;
typedef struct _KRESOURCEMANAGER KRESOURCEMANAGER, *PKRESOURCEMANAGER;
typedef struct _KTM KTM, *PKTM;
typedef ULONG NOTIFICATION_MASK;

typedef NTSTATUS TM_RM_NOTIFICATION(PKENLISTMENT EnlistmentObject, PVOID RMContext,
                                    PVOID TransactionContext, ULONG TransactionNotification,
                                    PLARGE_INTEGER TmVirtualClock, ULONG ArgumentLength,
                                    PVOID Argument);
typedef TM_RM_NOTIFICATION *PTM_RM_NOTIFICATION;

#define TRANSACTION_QUERY_INFORMATION 0x0001
#define TRANSACTION_SET_INFORMATION   0x0002
#define TRANSACTION_ENLIST            0x0004
#define TRANSACTION_COMMIT            0x0008
#define TRANSACTION_ROLLBACK          0x0010
#define TRANSACTION_PROPAGATE         0x0020
#define TRANSACTION_ALL_ACCESS        (STANDARD_RIGHTS_REQUIRED | SYNCHRONIZE | 0x3F)

#define TRANSACTIONMANAGER_QUERY_INFORMATION 0x0001
#define TRANSACTIONMANAGER_SET_INFORMATION   0x0002
#define TRANSACTIONMANAGER_RECOVER           0x0004
#define TRANSACTIONMANAGER_RENAME            0x0008
#define TRANSACTIONMANAGER_CREATE_RM         0x0010
#define TRANSACTIONMANAGER_BIND_TRANSACTION  0x0020
#define TRANSACTIONMANAGER_ALL_ACCESS        (STANDARD_RIGHTS_REQUIRED | 0x3F)

#define RESOURCEMANAGER_QUERY_INFORMATION    0x0001
#define RESOURCEMANAGER_SET_INFORMATION      0x0002
#define RESOURCEMANAGER_RECOVER              0x0004
#define RESOURCEMANAGER_ENLIST               0x0008
#define RESOURCEMANAGER_GET_NOTIFICATION     0x0010
#define RESOURCEMANAGER_REGISTER_PROTOCOL    0x0020
#define RESOURCEMANAGER_COMPLETE_PROPAGATION 0x0040
#define RESOURCEMANAGER_ALL_ACCESS           (STANDARD_RIGHTS_REQUIRED | SYNCHRONIZE | 0x7F)

#define ENLISTMENT_QUERY_INFORMATION  0x0001
#define ENLISTMENT_SET_INFORMATION    0x0002
#define ENLISTMENT_RECOVER            0x0004
#define ENLISTMENT_SUBORDINATE_RIGHTS 0x0008
#define ENLISTMENT_SUPERIOR_RIGHTS    0x0010
#define ENLISTMENT_ALL_ACCESS         (STANDARD_RIGHTS_REQUIRED | 0x1F)

#define TRANSACTION_DO_NOT_PROMOTE   0x00000001
#define TRANSACTION_MANAGER_VOLATILE 0x00000001
#define RESOURCE_MANAGER_VOLATILE    0x00000001
#define ENLISTMENT_SUPERIOR          0x00000001

#define TRANSACTION_NOTIFY_PREPREPARE          0x00000001
#define TRANSACTION_NOTIFY_PREPARE             0x00000002
#define TRANSACTION_NOTIFY_COMMIT              0x00000004
#define TRANSACTION_NOTIFY_ROLLBACK            0x00000008
#define TRANSACTION_NOTIFY_PREPREPARE_COMPLETE 0x00000010
#define TRANSACTION_NOTIFY_PREPARE_COMPLETE    0x00000020
#define TRANSACTION_NOTIFY_COMMIT_COMPLETE     0x00000040
#define TRANSACTION_NOTIFY_ROLLBACK_COMPLETE   0x00000080
#define TRANSACTION_NOTIFY_RECOVER             0x00000100
#define TRANSACTION_NOTIFY_SINGLE_PHASE_COMMIT 0x00000200
#define TRANSACTION_NOTIFY_DELEGATE_COMMIT     0x00000400
#define TRANSACTION_NOTIFY_RECOVER_QUERY       0x00000800
#define TRANSACTION_NOTIFY_ENLIST_PREPREPARE   0x00001000
#define TRANSACTION_NOTIFY_LAST_RECOVER        0x00002000
#define TRANSACTION_NOTIFY_INDOUBT             0x00004000
#define TRANSACTION_NOTIFY_RM_DISCONNECTED     0x01000000
#define TRANSACTION_NOTIFY_TM_ONLINE           0x02000000

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* A type that no object has. */
extern POBJECT_TYPE *TmTransactionObjectType;

NTSTATUS ZwCreateTransactionManager(PHANDLE TmHandle, ACCESS_MASK DesiredAccess,
                                    POBJECT_ATTRIBUTES ObjectAttributes,
                                    PUNICODE_STRING LogFileName, ULONG CreateOptions,
                                    ULONG CommitStrength);
NTSTATUS ZwCreateResourceManager(PHANDLE ResourceManagerHandle, ACCESS_MASK DesiredAccess,
                                 HANDLE TmHandle, LPGUID ResourceManagerGuid,
                                 POBJECT_ATTRIBUTES ObjectAttributes, ULONG CreateOptions,
                                 PUNICODE_STRING Description);
NTSTATUS ZwCreateTransaction(PHANDLE TransactionHandle, ACCESS_MASK DesiredAccess,
                             POBJECT_ATTRIBUTES ObjectAttributes, LPGUID Uow, HANDLE TmHandle,
                             ULONG CreateOptions, ULONG IsolationLevel, ULONG IsolationFlags,
                             PLARGE_INTEGER Timeout, PUNICODE_STRING Description);
NTSTATUS ZwCreateEnlistment(PHANDLE EnlistmentHandle, ACCESS_MASK DesiredAccess,
                            HANDLE ResourceManagerHandle, HANDLE TransactionHandle,
                            POBJECT_ATTRIBUTES ObjectAttributes, ULONG CreateOptions,
                            NOTIFICATION_MASK NotificationMask, PVOID EnlistmentKey);
NTSTATUS ZwCommitTransaction(HANDLE TransactionHandle, BOOLEAN Wait);
NTSTATUS ZwRollbackTransaction(HANDLE TransactionHandle, BOOLEAN Wait);
NTSTATUS TmEnableCallbacks(PKRESOURCEMANAGER ResourceManager, PTM_RM_NOTIFICATION CallbackRoutine,
                           PVOID RMKey);
NTSTATUS TmPrepareComplete(PKENLISTMENT Enlistment, PLARGE_INTEGER TmVirtualClock);
NTSTATUS TmPrePrepareComplete(PKENLISTMENT Enlistment, PLARGE_INTEGER TmVirtualClock);
NTSTATUS TmCommitComplete(PKENLISTMENT Enlistment, PLARGE_INTEGER TmVirtualClock);
NTSTATUS TmRollbackComplete(PKENLISTMENT Enlistment, PLARGE_INTEGER TmVirtualClock);
NTSTATUS ZwCreateKeyTransacted(PHANDLE KeyHandle, ACCESS_MASK DesiredAccess,
                               POBJECT_ATTRIBUTES ObjectAttributes, ULONG TitleIndex,
                               PUNICODE_STRING Class, ULONG CreateOptions, HANDLE TransactionHandle,
                               PULONG Disposition);
NTSTATUS ZwOpenKeyTransacted(PHANDLE KeyHandle, ACCESS_MASK DesiredAccess,
                             POBJECT_ATTRIBUTES ObjectAttributes, HANDLE TransactionHandle);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
