/* rtl_security.c - security descriptors: four pointers, or one piece with four offsets. */
#include "expool/security.h"

#include <stdbool.h>
#include <string.h>

/* What a descriptor of either form says. */
struct parts {
    PSID owner;
    PSID group;
    PACL sacl;
    PACL dacl;
};

NTSTATUS RtlCreateSecurityDescriptor(PSECURITY_DESCRIPTOR SecurityDescriptor, ULONG Revision)
{
    if (Revision != SECURITY_DESCRIPTOR_REVISION)
        return STATUS_UNKNOWN_REVISION;
    *(PISECURITY_DESCRIPTOR)SecurityDescriptor = (SECURITY_DESCRIPTOR){.Revision = (UCHAR)Revision};
    return STATUS_SUCCESS;
}

static bool is_one_piece(const SECURITY_DESCRIPTOR *descriptor)
{
    return (descriptor->Control & SE_SELF_RELATIVE) != 0;
}

static PVOID at_offset(PSECURITY_DESCRIPTOR descriptor, ULONG offset)
{
    return offset == 0 ? NULL : (PUCHAR)descriptor + offset;
}

static struct parts parts_of(PSECURITY_DESCRIPTOR descriptor)
{
    const SECURITY_DESCRIPTOR *pointers = descriptor;
    const SECURITY_DESCRIPTOR_RELATIVE *offsets = descriptor;
    struct parts parts;
    if (is_one_piece(pointers))
        parts = (struct parts){
            at_offset(descriptor, offsets->Owner), at_offset(descriptor, offsets->Group),
            at_offset(descriptor, offsets->Sacl), at_offset(descriptor, offsets->Dacl)};
    else
        parts = (struct parts){pointers->Owner, pointers->Group, pointers->Sacl, pointers->Dacl};
    if ((pointers->Control & SE_DACL_PRESENT) == 0)
        parts.dacl = NULL;
    if ((pointers->Control & SE_SACL_PRESENT) == 0)
        parts.sacl = NULL;
    return parts;
}

static ULONG sid_bytes(PSID sid)
{
    return sid == NULL ? 0 : RtlLengthSid(sid);
}

static ULONG acl_bytes(const ACL *acl)
{
    return acl == NULL ? 0 : acl->AclSize;
}

BOOLEAN RtlValidSecurityDescriptor(PSECURITY_DESCRIPTOR SecurityDescriptor)
{
    const SECURITY_DESCRIPTOR *descriptor = SecurityDescriptor;
    if (descriptor == NULL || descriptor->Revision != SECURITY_DESCRIPTOR_REVISION)
        return FALSE;
    struct parts parts = parts_of(SecurityDescriptor);
    return (parts.owner == NULL || RtlValidSid(parts.owner)) &&
           (parts.group == NULL || RtlValidSid(parts.group)) &&
           (parts.dacl == NULL || RtlValidAcl(parts.dacl)) &&
           (parts.sacl == NULL || RtlValidAcl(parts.sacl));
}

ULONG RtlLengthSecurityDescriptor(PSECURITY_DESCRIPTOR SecurityDescriptor)
{
    struct parts parts = parts_of(SecurityDescriptor);
    return (ULONG)sizeof(SECURITY_DESCRIPTOR_RELATIVE) + sid_bytes(parts.owner) +
           sid_bytes(parts.group) + acl_bytes(parts.sacl) + acl_bytes(parts.dacl);
}

/* Sets or clears the flag. */
static void mark(PISECURITY_DESCRIPTOR descriptor, unsigned flag, BOOLEAN is_set)
{
    unsigned others = descriptor->Control & ~flag;
    descriptor->Control = (SECURITY_DESCRIPTOR_CONTROL)(others | (is_set ? flag : 0));
}

static NTSTATUS may_set(const SECURITY_DESCRIPTOR *descriptor)
{
    if (descriptor->Revision != SECURITY_DESCRIPTOR_REVISION)
        return STATUS_UNKNOWN_REVISION;
    return is_one_piece(descriptor) ? STATUS_INVALID_SECURITY_DESCR : STATUS_SUCCESS;
}

NTSTATUS RtlSetDaclSecurityDescriptor(PSECURITY_DESCRIPTOR SecurityDescriptor, BOOLEAN DaclPresent,
                                      PACL Dacl, BOOLEAN DaclDefaulted)
{
    PISECURITY_DESCRIPTOR descriptor = SecurityDescriptor;
    NTSTATUS status = may_set(descriptor);
    if (!NT_SUCCESS(status))
        return status;
    mark(descriptor, SE_DACL_PRESENT, DaclPresent);
    mark(descriptor, SE_DACL_DEFAULTED, DaclPresent && DaclDefaulted);
    descriptor->Dacl = DaclPresent ? Dacl : NULL;
    return STATUS_SUCCESS;
}

NTSTATUS RtlSetOwnerSecurityDescriptor(PSECURITY_DESCRIPTOR SecurityDescriptor, PSID Owner,
                                       BOOLEAN OwnerDefaulted)
{
    PISECURITY_DESCRIPTOR descriptor = SecurityDescriptor;
    NTSTATUS status = may_set(descriptor);
    if (!NT_SUCCESS(status))
        return status;
    mark(descriptor, SE_OWNER_DEFAULTED, OwnerDefaulted);
    descriptor->Owner = Owner;
    return STATUS_SUCCESS;
}

NTSTATUS RtlSetGroupSecurityDescriptor(PSECURITY_DESCRIPTOR SecurityDescriptor, PSID Group,
                                       BOOLEAN GroupDefaulted)
{
    PISECURITY_DESCRIPTOR descriptor = SecurityDescriptor;
    NTSTATUS status = may_set(descriptor);
    if (!NT_SUCCESS(status))
        return status;
    mark(descriptor, SE_GROUP_DEFAULTED, GroupDefaulted);
    descriptor->Group = Group;
    return STATUS_SUCCESS;
}

static bool has_flag(PSECURITY_DESCRIPTOR descriptor, unsigned flag)
{
    return (((PISECURITY_DESCRIPTOR)descriptor)->Control & flag) != 0;
}

static bool is_known(PSECURITY_DESCRIPTOR descriptor)
{
    return ((PISECURITY_DESCRIPTOR)descriptor)->Revision == SECURITY_DESCRIPTOR_REVISION;
}

NTSTATUS RtlGetDaclSecurityDescriptor(PSECURITY_DESCRIPTOR SecurityDescriptor, PBOOLEAN DaclPresent,
                                      PACL *Dacl, PBOOLEAN DaclDefaulted)
{
    if (!is_known(SecurityDescriptor))
        return STATUS_UNKNOWN_REVISION;
    *DaclPresent = has_flag(SecurityDescriptor, SE_DACL_PRESENT);
    *Dacl = parts_of(SecurityDescriptor).dacl;
    *DaclDefaulted = has_flag(SecurityDescriptor, SE_DACL_DEFAULTED);
    return STATUS_SUCCESS;
}

NTSTATUS RtlGetOwnerSecurityDescriptor(PSECURITY_DESCRIPTOR SecurityDescriptor, PSID *Owner,
                                       PBOOLEAN OwnerDefaulted)
{
    if (!is_known(SecurityDescriptor))
        return STATUS_UNKNOWN_REVISION;
    *Owner = parts_of(SecurityDescriptor).owner;
    *OwnerDefaulted = has_flag(SecurityDescriptor, SE_OWNER_DEFAULTED);
    return STATUS_SUCCESS;
}

NTSTATUS RtlGetGroupSecurityDescriptor(PSECURITY_DESCRIPTOR SecurityDescriptor, PSID *Group,
                                       PBOOLEAN GroupDefaulted)
{
    if (!is_known(SecurityDescriptor))
        return STATUS_UNKNOWN_REVISION;
    *Group = parts_of(SecurityDescriptor).group;
    *GroupDefaulted = has_flag(SecurityDescriptor, SE_GROUP_DEFAULTED);
    return STATUS_SUCCESS;
}

/* Appends a part, which may be none; its offset, 0 for none. */
static ULONG append(PUCHAR piece, ULONG *length, const void *part, ULONG bytes)
{
    if (bytes == 0)
        return 0;
    ULONG offset = *length;
    memcpy(piece + offset, part, bytes);
    *length += bytes;
    return offset;
}

NTSTATUS RtlAbsoluteToSelfRelativeSD(PSECURITY_DESCRIPTOR AbsoluteSecurityDescriptor,
                                     PSECURITY_DESCRIPTOR SelfRelativeSecurityDescriptor,
                                     PULONG BufferLength)
{
    const SECURITY_DESCRIPTOR *from = AbsoluteSecurityDescriptor;
    if (is_one_piece(from))
        return STATUS_BAD_DESCRIPTOR_FORMAT;
    ULONG needed = RtlLengthSecurityDescriptor(AbsoluteSecurityDescriptor);
    ULONG room = *BufferLength;
    *BufferLength = needed;
    if (room < needed)
        return STATUS_BUFFER_TOO_SMALL;
    struct parts parts = parts_of(AbsoluteSecurityDescriptor);
    SECURITY_DESCRIPTOR_RELATIVE head = {.Revision = from->Revision, .Sbz1 = from->Sbz1};
    head.Control = (SECURITY_DESCRIPTOR_CONTROL)(from->Control | SE_SELF_RELATIVE);
    PUCHAR piece = SelfRelativeSecurityDescriptor;
    ULONG length = sizeof head;
    head.Sacl = append(piece, &length, parts.sacl, acl_bytes(parts.sacl));
    head.Dacl = append(piece, &length, parts.dacl, acl_bytes(parts.dacl));
    head.Owner = append(piece, &length, parts.owner, sid_bytes(parts.owner));
    head.Group = append(piece, &length, parts.group, sid_bytes(parts.group));
    memcpy(piece, &head, sizeof head);
    return STATUS_SUCCESS;
}
