/* se_access.c - access checks: one user, who may do everything. */
#include "expool/access.h"

BOOLEAN SeSinglePrivilegeCheck(LUID PrivilegeValue, KPROCESSOR_MODE PreviousMode)
{
    (void)PrivilegeValue;
    (void)PreviousMode;
    return TRUE;
}

VOID SeCaptureSubjectContext(PSECURITY_SUBJECT_CONTEXT SubjectContext)
{
    *SubjectContext = (SECURITY_SUBJECT_CONTEXT){.PrimaryToken = PsGetCurrentProcess(),
                                                 .ProcessAuditId = PsGetCurrentProcessId()};
}

VOID SeReleaseSubjectContext(PSECURITY_SUBJECT_CONTEXT SubjectContext)
{
    *SubjectContext = (SECURITY_SUBJECT_CONTEXT){0};
}

VOID SeLockSubjectContext(PSECURITY_SUBJECT_CONTEXT SubjectContext)
{
    (void)SubjectContext; /* tokens never change */
}

VOID SeUnlockSubjectContext(PSECURITY_SUBJECT_CONTEXT SubjectContext)
{
    (void)SubjectContext;
}

BOOLEAN SeAccessCheck(PSECURITY_DESCRIPTOR SecurityDescriptor,
                      PSECURITY_SUBJECT_CONTEXT SubjectSecurityContext,
                      BOOLEAN SubjectContextLocked, ACCESS_MASK DesiredAccess,
                      ACCESS_MASK PreviouslyGrantedAccess, PPRIVILEGE_SET *Privileges,
                      PGENERIC_MAPPING GenericMapping, KPROCESSOR_MODE AccessMode,
                      PACCESS_MASK GrantedAccess, PNTSTATUS AccessStatus)
{
    (void)SecurityDescriptor;
    (void)SubjectSecurityContext;
    (void)SubjectContextLocked;
    (void)AccessMode;
    if (Privileges != NULL)
        *Privileges = NULL;
    RtlMapGenericMask(&DesiredAccess, GenericMapping);
    if ((DesiredAccess & MAXIMUM_ALLOWED) != 0)
        DesiredAccess |= GenericMapping->GenericAll;
    *GrantedAccess = (DesiredAccess & ~(ACCESS_MASK)MAXIMUM_ALLOWED) | PreviouslyGrantedAccess;
    *AccessStatus = STATUS_SUCCESS;
    return TRUE;
}
