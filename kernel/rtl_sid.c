/* rtl_sid.c - security identifiers. */
#include "expool/security.h"

#include "kernel/crt_format.h"
#include "kernel/rtl_string.h"

#include <string.h>

enum { SID_TEXT_LETTERS = 192 }; /* S-1-, 48 bits, fifteen times -4294967295 */

ULONG RtlLengthRequiredSid(ULONG SubAuthorityCount)
{
    return (ULONG)offsetof(SID, SubAuthority) + SubAuthorityCount * (ULONG)sizeof(ULONG);
}

ULONG RtlLengthSid(PSID Sid)
{
    return RtlLengthRequiredSid(((PISID)Sid)->SubAuthorityCount);
}

BOOLEAN RtlValidSid(PSID Sid)
{
    const SID *sid = Sid;
    return sid != NULL && sid->Revision == SID_REVISION &&
           sid->SubAuthorityCount <= SID_MAX_SUB_AUTHORITIES;
}

BOOLEAN RtlEqualSid(PSID Sid1, PSID Sid2)
{
    ULONG length = RtlLengthSid(Sid1);
    return length == RtlLengthSid(Sid2) && memcmp(Sid1, Sid2, length) == 0;
}

NTSTATUS RtlInitializeSid(PSID Sid, PSID_IDENTIFIER_AUTHORITY IdentifierAuthority,
                          UCHAR SubAuthorityCount)
{
    if (SubAuthorityCount > SID_MAX_SUB_AUTHORITIES)
        return STATUS_INVALID_PARAMETER;
    PISID sid = Sid;
    sid->Revision = SID_REVISION;
    sid->SubAuthorityCount = SubAuthorityCount;
    sid->IdentifierAuthority = *IdentifierAuthority;
    return STATUS_SUCCESS;
}

PULONG RtlSubAuthoritySid(PSID Sid, ULONG SubAuthority)
{
    return (PULONG)((PUCHAR)Sid + RtlLengthRequiredSid(SubAuthority));
}

PUCHAR RtlSubAuthorityCountSid(PSID Sid)
{
    return &((PISID)Sid)->SubAuthorityCount;
}

PSID_IDENTIFIER_AUTHORITY RtlIdentifierAuthoritySid(PSID Sid)
{
    return &((PISID)Sid)->IdentifierAuthority;
}

NTSTATUS RtlCopySid(ULONG DestinationSidLength, PSID DestinationSid, PSID SourceSid)
{
    ULONG length = RtlLengthSid(SourceSid);
    if (length > DestinationSidLength)
        return STATUS_BUFFER_TOO_SMALL;
    memmove(DestinationSid, SourceSid, length);
    return STATUS_SUCCESS;
}

static void add(struct format_sink *sink, const WCHAR *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    format_add(sink, format, &arguments);
    va_end(arguments);
}

/* An authority of more than 32 bits is written in hexadecimal. */
static size_t write_sid(const SID *sid, WCHAR letters[SID_TEXT_LETTERS])
{
    struct format_sink sink = {letters, SID_TEXT_LETTERS, 0, true};
    const UCHAR *bytes = sid->IdentifierAuthority.Value;
    uint64_t authority = 0;
    for (size_t i = 0; i < sizeof sid->IdentifierAuthority.Value; i++)
        authority = authority << 8 | bytes[i];
    add(&sink, authority > MAXULONG ? u"S-1-0x%012I64X" : u"S-1-%I64u", authority);
    for (unsigned i = 0; i < sid->SubAuthorityCount; i++)
        add(&sink, u"-%u", *RtlSubAuthoritySid((PSID)(uintptr_t)sid, i));
    return sink.length;
}

NTSTATUS RtlConvertSidToUnicodeString(PUNICODE_STRING UnicodeString, PSID Sid,
                                      BOOLEAN AllocateDestinationString)
{
    if (!RtlValidSid(Sid))
        return STATUS_INVALID_SID;
    WCHAR letters[SID_TEXT_LETTERS];
    size_t bytes = write_sid(Sid, letters) * sizeof(WCHAR);
    if (AllocateDestinationString) {
        UnicodeString->Buffer = string_allocate(bytes + sizeof(WCHAR));
        if (UnicodeString->Buffer == NULL)
            return STATUS_NO_MEMORY;
        UnicodeString->MaximumLength = (USHORT)(bytes + sizeof(WCHAR));
    }
    if (bytes + sizeof(WCHAR) > UnicodeString->MaximumLength)
        return STATUS_BUFFER_OVERFLOW;
    memcpy(UnicodeString->Buffer, letters, bytes);
    UnicodeString->Buffer[bytes / sizeof(WCHAR)] = 0;
    UnicodeString->Length = (USHORT)bytes;
    return STATUS_SUCCESS;
}
