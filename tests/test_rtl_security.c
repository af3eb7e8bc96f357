#include "tests/expect.h"

#include <ntifs.h>

static SID_IDENTIFIER_AUTHORITY nt_authority = {SECURITY_NT_AUTHORITY};

/* S-1-5-32-544 */
static PSID admins(void)
{
    static ULONG room[SECURITY_MAX_SID_SIZE / sizeof(ULONG)];
    EXPECT(RtlInitializeSid(room, &nt_authority, 2) == STATUS_SUCCESS);
    *RtlSubAuthoritySid(room, 0) = SECURITY_BUILTIN_DOMAIN_RID;
    *RtlSubAuthoritySid(room, 1) = DOMAIN_ALIAS_RID_ADMINS;
    return room;
}

TEST(layouts_are_those_of_windows)
{
    EXPECT_EQUAL(sizeof(SID), 12);
    EXPECT_EQUAL(sizeof(ACL), 8);
    EXPECT_EQUAL(sizeof(ACCESS_ALLOWED_ACE), 12);
    EXPECT_EQUAL(sizeof(SECURITY_DESCRIPTOR), 40);
    EXPECT_EQUAL(sizeof(SECURITY_DESCRIPTOR_RELATIVE), 20);
}

TEST(identifiers_are_made_measured_and_compared)
{
    ULONG room[4];
    PSID sid = admins();
    EXPECT(RtlLengthSid(sid) == 16 && RtlLengthRequiredSid(15) == SECURITY_MAX_SID_SIZE);
    EXPECT(RtlValidSid(sid) && *RtlSubAuthorityCountSid(sid) == 2);
    EXPECT_EQUAL(RtlIdentifierAuthoritySid(sid)->Value[5], 5);
    EXPECT(RtlCopySid(12, room, sid) == STATUS_BUFFER_TOO_SMALL);
    EXPECT(RtlCopySid(16, room, sid) == STATUS_SUCCESS && RtlEqualSid(room, sid));
    *RtlSubAuthoritySid(room, 1) = DOMAIN_ALIAS_RID_USERS;
    EXPECT(!RtlEqualSid(room, sid));
    EXPECT(RtlInitializeSid(room, &nt_authority, 16) == STATUS_INVALID_PARAMETER);
    *(PUCHAR)room = 2;
    EXPECT(!RtlValidSid(room) && !RtlValidSid(NULL));
}

TEST(an_identifier_is_written_out)
{
    UNICODE_STRING text;
    UNICODE_STRING wanted;
    PSID sid = admins();
    RtlInitUnicodeString(&wanted, u"S-1-5-32-544");
    EXPECT(RtlConvertSidToUnicodeString(&text, sid, TRUE) == STATUS_SUCCESS);
    EXPECT(RtlEqualUnicodeString(&text, &wanted, FALSE) && text.Buffer[12] == 0);
    text.MaximumLength = 24;
    EXPECT(RtlConvertSidToUnicodeString(&text, sid, FALSE) == STATUS_BUFFER_OVERFLOW);
    RtlFreeUnicodeString(&text);
    RtlIdentifierAuthoritySid(sid)->Value[0] = 1;
    EXPECT(RtlConvertSidToUnicodeString(&text, sid, TRUE) == STATUS_SUCCESS);
    RtlInitUnicodeString(&wanted, u"S-1-0x010000000005-32-544");
    EXPECT(RtlEqualUnicodeString(&text, &wanted, FALSE));
    RtlFreeUnicodeString(&text);
}

TEST(an_access_list_takes_what_has_room)
{
    ULONG room[16];
    PACL acl = (PACL)room;
    PACCESS_ALLOWED_ACE entry;
    PSID sid = admins();
    EXPECT(RtlCreateAcl(acl, 4, ACL_REVISION) == STATUS_BUFFER_TOO_SMALL);
    EXPECT(RtlCreateAcl(acl, 60, 1) == STATUS_INVALID_PARAMETER);
    EXPECT(RtlCreateAcl(acl, 60, ACL_REVISION) == STATUS_SUCCESS && RtlValidAcl(acl));
    EXPECT(RtlAddAccessAllowedAce(acl, ACL_REVISION, GENERIC_ALL, sid) == STATUS_SUCCESS);
    EXPECT(RtlAddAccessDeniedAce(acl, ACL_REVISION, DELETE, sid) == STATUS_SUCCESS);
    EXPECT(RtlAddAccessAllowedAceEx(acl, ACL_REVISION, INHERIT_ONLY_ACE, DELETE, sid) ==
           STATUS_ALLOTTED_SPACE_EXCEEDED);
    EXPECT(acl->AceCount == 2 && RtlValidAcl(acl));
    EXPECT(RtlGetAce(acl, 1, (PVOID *)&entry) == STATUS_SUCCESS);
    EXPECT(entry->Header.AceType == ACCESS_DENIED_ACE_TYPE && entry->Mask == DELETE);
    EXPECT(entry->Header.AceSize == 24 && RtlEqualSid(&entry->SidStart, sid));
    EXPECT(RtlGetAce(acl, 2, (PVOID *)&entry) == STATUS_INVALID_PARAMETER);
    acl->AclSize = 20;
    EXPECT(!RtlValidAcl(acl));
    *(PUCHAR)sid = 0;
    EXPECT(RtlAddAccessAllowedAce(acl, ACL_REVISION, 1, sid) == STATUS_INVALID_SID);
}

TEST(generic_rights_become_specific_ones)
{
    const GENERIC_MAPPING mapping = {1, 2, 4, 7};
    ACCESS_MASK mask = GENERIC_READ | GENERIC_WRITE | SYNCHRONIZE;
    RtlMapGenericMask(&mask, &mapping);
    EXPECT_EQUAL(mask, 3 | SYNCHRONIZE);
    mask = GENERIC_ALL;
    RtlMapGenericMask(&mask, &mapping);
    EXPECT_EQUAL(mask, 7);
}

TEST(a_descriptor_keeps_pointers_and_becomes_one_piece)
{
    SECURITY_DESCRIPTOR descriptor;
    ULONG list[8];
    ULONG piece[32];
    ULONG length = 0;
    PACL dacl;
    PSID owner;
    BOOLEAN is_present;
    BOOLEAN is_defaulted;
    PSID sid = admins();
    EXPECT(RtlCreateSecurityDescriptor(&descriptor, 2) == STATUS_UNKNOWN_REVISION);
    EXPECT(RtlCreateSecurityDescriptor(&descriptor, 1) == STATUS_SUCCESS);
    EXPECT(RtlValidSecurityDescriptor(&descriptor));
    EXPECT_EQUAL(RtlLengthSecurityDescriptor(&descriptor), 20);
    EXPECT(RtlCreateAcl((PACL)list, sizeof list, ACL_REVISION) == STATUS_SUCCESS);
    EXPECT(RtlSetDaclSecurityDescriptor(&descriptor, TRUE, (PACL)list, FALSE) == STATUS_SUCCESS);
    EXPECT(RtlSetOwnerSecurityDescriptor(&descriptor, sid, TRUE) == STATUS_SUCCESS);
    EXPECT(RtlSetGroupSecurityDescriptor(&descriptor, NULL, FALSE) == STATUS_SUCCESS);
    EXPECT(RtlAbsoluteToSelfRelativeSD(&descriptor, piece, &length) == STATUS_BUFFER_TOO_SMALL);
    EXPECT_EQUAL(length, 20 + 32 + 16);
    EXPECT(RtlAbsoluteToSelfRelativeSD(&descriptor, piece, &length) == STATUS_SUCCESS);
    EXPECT(RtlValidSecurityDescriptor(piece) && RtlLengthSecurityDescriptor(piece) == length);
    EXPECT(RtlGetOwnerSecurityDescriptor(piece, &owner, &is_defaulted) == STATUS_SUCCESS);
    EXPECT(is_defaulted && owner != sid && RtlEqualSid(owner, sid));
    EXPECT(RtlGetDaclSecurityDescriptor(piece, &is_present, &dacl, &is_defaulted) ==
           STATUS_SUCCESS);
    EXPECT(is_present && !is_defaulted && dacl->AclSize == 32);
    EXPECT(RtlGetGroupSecurityDescriptor(piece, &owner, &is_defaulted) == STATUS_SUCCESS);
    EXPECT(owner == NULL);
    EXPECT(RtlSetOwnerSecurityDescriptor(piece, sid, TRUE) == STATUS_INVALID_SECURITY_DESCR);
    EXPECT(RtlAbsoluteToSelfRelativeSD(piece, piece, &length) == STATUS_BAD_DESCRIPTOR_FORMAT);
    *(PUCHAR)sid = 0;
    EXPECT(!RtlValidSecurityDescriptor(&descriptor));
}

TESTS_MAIN("rtl_security")
