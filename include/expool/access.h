/* expool/access.h - who may do what. There is one user here, and it may do everything: each check
 * says yes and grants what was asked for [P]. Drivers that carry subject contexts and access states
 * through their code compile and run; what they would refuse on Windows is not refused. [H] */
#ifndef EXPOOL_ACCESS_H
#define EXPOOL_ACCESS_H

#include "expool/dispatcher.h"
#include "expool/process_notify.h"
#include "expool/rtl_misc.h"
#include "expool/security.h"

typedef PVOID PACCESS_TOKEN;
typedef PACCESS_TOKEN *PPACCESS_TOKEN;

typedef enum _SECURITY_IMPERSONATION_LEVEL {
    SecurityAnonymous,
    SecurityIdentification,
    SecurityImpersonation,
    SecurityDelegation
} SECURITY_IMPERSONATION_LEVEL,
    *PSECURITY_IMPERSONATION_LEVEL;

typedef struct _SECURITY_SUBJECT_CONTEXT {
    PACCESS_TOKEN ClientToken; /* NULL: nobody is impersonated */
    SECURITY_IMPERSONATION_LEVEL ImpersonationLevel;
    PACCESS_TOKEN PrimaryToken;
    PVOID ProcessAuditId;
} SECURITY_SUBJECT_CONTEXT, *PSECURITY_SUBJECT_CONTEXT;

typedef struct _PRIVILEGE_SET {
    ULONG PrivilegeCount;
    ULONG Control;
    LUID_AND_ATTRIBUTES Privilege[ANYSIZE_ARRAY];
} PRIVILEGE_SET, *PPRIVILEGE_SET;

#define SE_MIN_WELL_KNOWN_PRIVILEGE     2
#define SE_CREATE_TOKEN_PRIVILEGE       2
#define SE_LOCK_MEMORY_PRIVILEGE        4
#define SE_TCB_PRIVILEGE                7
#define SE_SECURITY_PRIVILEGE           8
#define SE_TAKE_OWNERSHIP_PRIVILEGE     9
#define SE_LOAD_DRIVER_PRIVILEGE        10
#define SE_BACKUP_PRIVILEGE             17
#define SE_RESTORE_PRIVILEGE            18
#define SE_SHUTDOWN_PRIVILEGE           19
#define SE_DEBUG_PRIVILEGE              20
#define SE_CHANGE_NOTIFY_PRIVILEGE      23
#define SE_MANAGE_VOLUME_PRIVILEGE      28
#define SE_PRIVILEGE_ENABLED_BY_DEFAULT 0x00000001
#define SE_PRIVILEGE_ENABLED            0x00000002

#ifdef __cplusplus
extern "C" {
#endif

#pragma GCC visibility push(default)

/* TRUE: the privilege is held. PASSIVE_LEVEL. [D][P] */
BOOLEAN SeSinglePrivilegeCheck(LUID PrivilegeValue, KPROCESSOR_MODE PreviousMode);

/* The context of the calling thread; the tokens are names for it and for nothing else. Capture and
 * release, lock and unlock come in pairs. PASSIVE_LEVEL. [D] */
VOID SeCaptureSubjectContext(PSECURITY_SUBJECT_CONTEXT SubjectContext);
VOID SeReleaseSubjectContext(PSECURITY_SUBJECT_CONTEXT SubjectContext);
VOID SeLockSubjectContext(PSECURITY_SUBJECT_CONTEXT SubjectContext);
VOID SeUnlockSubjectContext(PSECURITY_SUBJECT_CONTEXT SubjectContext);

/* TRUE, *GrantedAccess DesiredAccess and PreviouslyGrantedAccess with generic rights translated,
 * MAXIMUM_ALLOWED as GenericAll, *AccessStatus STATUS_SUCCESS. PASSIVE_LEVEL.
 * [D][P] */
BOOLEAN SeAccessCheck(PSECURITY_DESCRIPTOR SecurityDescriptor,
                      PSECURITY_SUBJECT_CONTEXT SubjectSecurityContext,
                      BOOLEAN SubjectContextLocked, ACCESS_MASK DesiredAccess,
                      ACCESS_MASK PreviouslyGrantedAccess, PPRIVILEGE_SET *Privileges,
                      PGENERIC_MAPPING GenericMapping, KPROCESSOR_MODE AccessMode,
                      PACCESS_MASK GrantedAccess, PNTSTATUS AccessStatus);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
