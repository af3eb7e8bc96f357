/* rtl_acl.c - access lists. */
#include "expool/security.h"

#include "pool/util.h"

#include <stdbool.h>
#include <string.h>

enum { ACL_BYTES_MAX = 0xfffc };

static bool is_revision(ULONG revision)
{
    return revision >= ACL_REVISION && revision <= ACL_REVISION_DS;
}

NTSTATUS RtlCreateAcl(PACL Acl, ULONG AclLength, ULONG AclRevision)
{
    if (AclLength < sizeof(ACL))
        return STATUS_BUFFER_TOO_SMALL;
    if (!is_revision(AclRevision) || AclLength > ACL_BYTES_MAX)
        return STATUS_INVALID_PARAMETER;
    *Acl = (ACL){.AclRevision = (UCHAR)AclRevision, .AclSize = (USHORT)(AclLength & ~3U)};
    return STATUS_SUCCESS;
}

/* The entry of that index, or where it would begin; NULL when entries run out of the list. */
static PACE_HEADER entry_at(PACL acl, ULONG index)
{
    PUCHAR place = (PUCHAR)(acl + 1);
    const UCHAR *end = (const UCHAR *)acl + acl->AclSize;
    for (ULONG i = 0; i < index; i++) {
        if (place + sizeof(ACE_HEADER) > end)
            return NULL;
        place += ((PACE_HEADER)(void *)place)->AceSize;
    }
    return place <= end ? (PACE_HEADER)(void *)place : NULL;
}

BOOLEAN RtlValidAcl(PACL Acl)
{
    return is_revision(Acl->AclRevision) && Acl->AclSize >= sizeof(ACL) && Acl->AclSize % 4 == 0 &&
           entry_at(Acl, Acl->AceCount) != NULL;
}

NTSTATUS RtlGetAce(PACL Acl, ULONG AceIndex, PVOID *Ace)
{
    if (AceIndex >= Acl->AceCount || !is_revision(Acl->AclRevision))
        return STATUS_INVALID_PARAMETER;
    *Ace = entry_at(Acl, AceIndex);
    return *Ace == NULL ? STATUS_INVALID_PARAMETER : STATUS_SUCCESS;
}

static NTSTATUS add(PACL acl, ULONG revision, const ACCESS_ALLOWED_ACE *model, PSID sid)
{
    if (!RtlValidSid(sid))
        return STATUS_INVALID_SID;
    if (!is_revision(revision) || !is_revision(acl->AclRevision))
        return STATUS_REVISION_MISMATCH;
    PACE_HEADER place = RtlValidAcl(acl) ? entry_at(acl, acl->AceCount) : NULL;
    if (place == NULL)
        return STATUS_INVALID_ACL;
    ULONG size = (ULONG)offsetof(ACCESS_ALLOWED_ACE, SidStart) + RtlLengthSid(sid);
    if ((PUCHAR)place + size > (PUCHAR)acl + acl->AclSize)
        return STATUS_ALLOTTED_SPACE_EXCEEDED;
    PACCESS_ALLOWED_ACE entry = (PACCESS_ALLOWED_ACE)place;
    entry->Header = model->Header;
    entry->Header.AceSize = (USHORT)size;
    entry->Mask = model->Mask;
    memcpy((PUCHAR)entry + offsetof(ACCESS_ALLOWED_ACE, SidStart), sid, RtlLengthSid(sid));
    acl->AceCount++;
    acl->AclRevision = (UCHAR)max(acl->AclRevision, revision);
    return STATUS_SUCCESS;
}

NTSTATUS RtlAddAccessAllowedAceEx(PACL Acl, ULONG AceRevision, ULONG AceFlags,
                                  ACCESS_MASK AccessMask, PSID Sid)
{
    const ACCESS_ALLOWED_ACE model = {{ACCESS_ALLOWED_ACE_TYPE, (UCHAR)AceFlags, 0}, AccessMask, 0};
    return add(Acl, AceRevision, &model, Sid);
}

NTSTATUS RtlAddAccessAllowedAce(PACL Acl, ULONG AceRevision, ACCESS_MASK AccessMask, PSID Sid)
{
    return RtlAddAccessAllowedAceEx(Acl, AceRevision, 0, AccessMask, Sid);
}

NTSTATUS RtlAddAccessDeniedAce(PACL Acl, ULONG AceRevision, ACCESS_MASK AccessMask, PSID Sid)
{
    const ACCESS_DENIED_ACE model = {{ACCESS_DENIED_ACE_TYPE, 0, 0}, AccessMask, 0};
    return add(Acl, AceRevision, &model, Sid);
}

VOID RtlMapGenericMask(PACCESS_MASK AccessMask, const GENERIC_MAPPING *GenericMapping)
{
    const ACCESS_MASK generic[] = {GENERIC_READ, GENERIC_WRITE, GENERIC_EXECUTE, GENERIC_ALL};
    const ACCESS_MASK specific[] = {GenericMapping->GenericRead, GenericMapping->GenericWrite,
                                    GenericMapping->GenericExecute, GenericMapping->GenericAll};
    ACCESS_MASK mask = *AccessMask;
    for (size_t i = 0; i < COUNT_OF(generic); i++)
        if ((mask & generic[i]) != 0)
            mask = (mask & ~generic[i]) | specific[i];
    *AccessMask = mask;
}
