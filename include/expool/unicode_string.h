/* expool/unicode_string.h - counted strings of 16-bit letters.
 *   Buffer -> | letters ... Length bytes | room up to MaximumLength bytes |
 * Lengths are bytes; a final 0 is not counted and need not be there. The caller guards the strings.
 * IRQL: PASSIVE_LEVEL where a routine allocates or compares without case, else any IRQL on resident
 * memory. What routines allocate comes from paged pool, tag 'grtS', and goes back by
 * RtlFreeUnicodeString. [D] */
#ifndef EXPOOL_UNICODE_STRING_H
#define EXPOOL_UNICODE_STRING_H

#include "expool/guid.h"
#include "expool/status.h"

#define RTL_DUPLICATE_UNICODE_STRING_NULL_TERMINATE       0x00000001
#define RTL_DUPLICATE_UNICODE_STRING_ALLOCATE_NULL_STRING 0x00000002

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* An empty string with a buffer of BufferSize bytes. [D] */
FORCEINLINE VOID RtlInitEmptyUnicodeString(PUNICODE_STRING UnicodeString, PWCHAR Buffer,
                                           USHORT BufferSize)
{
    UnicodeString->Length = 0;
    UnicodeString->MaximumLength = BufferSize;
    UnicodeString->Buffer = Buffer;
}

/* Points at SourceString; NULL makes the empty string without a buffer. What is longer than 65,532
 * bytes is cut there. [D][P] */
VOID RtlInitUnicodeString(PUNICODE_STRING DestinationString, PCWSTR SourceString);
/* The same; STATUS_NAME_TOO_LONG instead of the cut. */
NTSTATUS RtlInitUnicodeStringEx(PUNICODE_STRING DestinationString, PCWSTR SourceString);

/* Copies what has room, and a final 0 when that has; a NULL source makes it empty. */
VOID RtlCopyUnicodeString(PUNICODE_STRING DestinationString, PCUNICODE_STRING SourceString);
/* Appends all, or nothing and STATUS_BUFFER_TOO_SMALL. A NULL Source appends nothing. */
NTSTATUS RtlAppendUnicodeStringToString(PUNICODE_STRING Destination, PCUNICODE_STRING Source);
NTSTATUS RtlAppendUnicodeToString(PUNICODE_STRING Destination, PCWSTR Source);

/* Below 0, 0, above 0 as String1 comes before, equals or comes after String2: by letters' numbers,
 * upper case first when without case. */
LONG RtlCompareUnicodeString(PCUNICODE_STRING String1, PCUNICODE_STRING String2,
                             BOOLEAN CaseInSensitive);
/* The same; lengths are letters. */
LONG RtlCompareUnicodeStrings(PCWCH String1, SIZE_T String1Length, PCWCH String2,
                              SIZE_T String2Length, BOOLEAN CaseInSensitive);
BOOLEAN RtlEqualUnicodeString(PCUNICODE_STRING String1, PCUNICODE_STRING String2,
                              BOOLEAN CaseInSensitive);
/* TRUE when String2 begins, or ends, with String1. */
BOOLEAN RtlPrefixUnicodeString(PCUNICODE_STRING String1, PCUNICODE_STRING String2,
                               BOOLEAN CaseInSensitive);
BOOLEAN RtlSuffixUnicodeString(PCUNICODE_STRING String1, PCUNICODE_STRING String2,
                               BOOLEAN CaseInSensitive);
/* HASH_STRING_ALGORITHM_DEFAULT or _X65599: each letter, upper case when without case, is added to
 * 65,599 times what was. Another algorithm or a NULL is STATUS_INVALID_PARAMETER. */
NTSTATUS RtlHashUnicodeString(PCUNICODE_STRING String, BOOLEAN CaseInSensitive, ULONG HashAlgorithm,
                              PULONG HashValue);

/* One letter by Unicode's simple mapping; a letter without one stays. Any IRQL. */
WCHAR RtlUpcaseUnicodeChar(WCHAR SourceCharacter);
WCHAR RtlDowncaseUnicodeChar(WCHAR SourceCharacter);
/* Into a new buffer of SourceString's length, or into Destination's: STATUS_BUFFER_OVERFLOW when
 * it is too small. No final 0. STATUS_NO_MEMORY when pool is out. */
NTSTATUS RtlUpcaseUnicodeString(PUNICODE_STRING DestinationString, PCUNICODE_STRING SourceString,
                                BOOLEAN AllocateDestinationString);
NTSTATUS RtlDowncaseUnicodeString(PUNICODE_STRING DestinationString, PCUNICODE_STRING SourceString,
                                  BOOLEAN AllocateDestinationString);

/* A copy with its final 0; FALSE when pool is out or SourceString longer than 65,532 bytes. */
BOOLEAN RtlCreateUnicodeString(PUNICODE_STRING DestinationString, PCWSTR SourceString);
/* A copy; Flags: RTL_DUPLICATE_UNICODE_STRING_*. ALLOCATE_NULL_STRING needs NULL_TERMINATE.
 * STATUS_INVALID_PARAMETER, STATUS_NO_MEMORY, STATUS_NAME_TOO_LONG. */
NTSTATUS RtlDuplicateUnicodeString(ULONG Flags, PCUNICODE_STRING StringIn,
                                   PUNICODE_STRING StringOut);
/* Frees the buffer and empties the string; one without a buffer is left alone. */
VOID RtlFreeUnicodeString(PUNICODE_STRING UnicodeString);
/* Overwrites the whole buffer with zeroes; Length becomes 0. */
VOID RtlEraseUnicodeString(PUNICODE_STRING String);
/* STATUS_INVALID_PARAMETER unless lengths are even, in order, and have a buffer. Flags: 0. */
NTSTATUS RtlValidateUnicodeString(ULONG Flags, PCUNICODE_STRING String);

/* Base 2, 8, 10 or 16, 0 for 10; hexadecimal in upper case. String's buffer needs room for a final
 * 0: else STATUS_BUFFER_OVERFLOW. Another base: STATUS_INVALID_PARAMETER. */
NTSTATUS RtlIntegerToUnicodeString(ULONG Value, ULONG Base, PUNICODE_STRING String);
NTSTATUS RtlInt64ToUnicodeString(ULONGLONG Value, ULONG Base, PUNICODE_STRING String);
/* Skips blanks, takes a sign and digits, stops at the first other letter; 0 without any digit. Base
 * 0 looks for 0x, 0o or 0b, else is 10. No overflow is noticed: the low bits stay. [D][P] */
NTSTATUS RtlUnicodeStringToInteger(PCUNICODE_STRING String, ULONG Base, PULONG Value);
/* *EndPointer, when asked for, is the first letter not taken. */
NTSTATUS RtlUnicodeStringToInt64(PCUNICODE_STRING String, ULONG Base, PLONG64 Number,
                                 PWSTR *EndPointer);

/* "{00000000-0000-0000-0000-000000000000}", 39 letters with the final 0, in a new buffer. */
NTSTATUS RtlStringFromGUID(REFGUID Guid, PUNICODE_STRING GuidString);
/* STATUS_INVALID_PARAMETER for any other form. */
NTSTATUS RtlGUIDFromString(PCUNICODE_STRING GuidString, GUID *Guid);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
