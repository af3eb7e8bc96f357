/* expool/ansi_string.h - counted strings of 8-bit letters (STRING, ANSI_STRING, OEM_STRING,
 * UTF8_STRING). Lengths are bytes and do not count a final 0. Case is that of code page 1252. IRQL
 * as for expool/unicode_string.h. [D] */
#ifndef EXPOOL_ANSI_STRING_H
#define EXPOOL_ANSI_STRING_H

#include "expool/status.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* Points at SourceString; NULL makes the empty string without a buffer. What is longer than 65,534
 * bytes is cut there. [D][P] */
VOID RtlInitString(PSTRING DestinationString, PCSZ SourceString);
VOID RtlInitAnsiString(PANSI_STRING DestinationString, PCSZ SourceString);
VOID RtlInitUTF8String(PUTF8_STRING DestinationString, PCSZ SourceString);
/* The same; STATUS_NAME_TOO_LONG instead of the cut. */
NTSTATUS RtlInitStringEx(PSTRING DestinationString, PCSZ SourceString);
NTSTATUS RtlInitAnsiStringEx(PANSI_STRING DestinationString, PCSZ SourceString);
NTSTATUS RtlInitUTF8StringEx(PUTF8_STRING DestinationString, PCSZ SourceString);

/* Copies what has room; a NULL source makes it empty. */
VOID RtlCopyString(PSTRING DestinationString, const STRING *SourceString);
/* Appends all, or nothing and STATUS_BUFFER_TOO_SMALL. */
NTSTATUS RtlAppendStringToString(PSTRING Destination, const STRING *Source);
NTSTATUS RtlAppendAsciizToString(PSTRING Destination, PCSZ Source);

/* Below 0, 0, above 0; upper case first when without case. */
LONG RtlCompareString(const STRING *String1, const STRING *String2, BOOLEAN CaseInSensitive);
BOOLEAN RtlEqualString(const STRING *String1, const STRING *String2, BOOLEAN CaseInSensitive);
/* TRUE when String2 begins with String1. */
BOOLEAN RtlPrefixString(const STRING *String1, const STRING *String2, BOOLEAN CaseInSensitive);

/* One letter of code page 1252; any IRQL. */
CHAR RtlUpperChar(CHAR Character);
/* What has room. */
VOID RtlUpperString(PSTRING DestinationString, const STRING *SourceString);

/* As RtlUnicodeStringToInteger, of a string that ends with 0. */
NTSTATUS RtlCharToInteger(PCSZ String, ULONG Base, PULONG Value);

/* Free the buffer that a conversion made and empty the string. */
VOID RtlFreeAnsiString(PANSI_STRING AnsiString);
VOID RtlFreeOemString(POEM_STRING OemString);
VOID RtlFreeUTF8String(PUTF8_STRING Utf8String);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
