/* expool/code_page.h - between 16-bit letters and 8-bit code pages: ANSI is 1252, OEM is 437,
 * whatever the locale; a letter that the page lacks becomes '?'. UTF-8 knows them all. Sizes are
 * bytes. PASSIVE_LEVEL. New buffers: paged pool, tag 'grtS'. [D][P] */
#ifndef EXPOOL_CODE_PAGE_H
#define EXPOOL_CODE_PAGE_H

#include "expool/status.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* Into a new buffer, or into Destination's. With a final 0: when that has no room,
 * STATUS_BUFFER_OVERFLOW. STATUS_INVALID_PARAMETER_2: longer than a string can be.
 * STATUS_NO_MEMORY: pool is out. Towards 8 bits what has room is stored before the overflow is
 * said. */
NTSTATUS RtlAnsiStringToUnicodeString(PUNICODE_STRING DestinationString, PCANSI_STRING SourceString,
                                      BOOLEAN AllocateDestinationString);
NTSTATUS RtlOemStringToUnicodeString(PUNICODE_STRING DestinationString, PCOEM_STRING SourceString,
                                     BOOLEAN AllocateDestinationString);
NTSTATUS RtlUTF8StringToUnicodeString(PUNICODE_STRING DestinationString, PUTF8_STRING SourceString,
                                      BOOLEAN AllocateDestinationString);
NTSTATUS RtlUnicodeStringToAnsiString(PANSI_STRING DestinationString, PCUNICODE_STRING SourceString,
                                      BOOLEAN AllocateDestinationString);
NTSTATUS RtlUnicodeStringToOemString(POEM_STRING DestinationString, PCUNICODE_STRING SourceString,
                                     BOOLEAN AllocateDestinationString);
NTSTATUS RtlUnicodeStringToUTF8String(PUTF8_STRING DestinationString, PCUNICODE_STRING SourceString,
                                      BOOLEAN AllocateDestinationString);
NTSTATUS RtlUpcaseUnicodeStringToAnsiString(PANSI_STRING DestinationString,
                                            PCUNICODE_STRING SourceString,
                                            BOOLEAN AllocateDestinationString);
NTSTATUS RtlUpcaseUnicodeStringToOemString(POEM_STRING DestinationString,
                                           PCUNICODE_STRING SourceString,
                                           BOOLEAN AllocateDestinationString);

/* The same without a final 0. */
NTSTATUS RtlOemStringToCountedUnicodeString(PUNICODE_STRING DestinationString,
                                            PCOEM_STRING SourceString,
                                            BOOLEAN AllocateDestinationString);
NTSTATUS RtlUnicodeStringToCountedOemString(POEM_STRING DestinationString,
                                            PCUNICODE_STRING SourceString,
                                            BOOLEAN AllocateDestinationString);
NTSTATUS RtlUpcaseUnicodeStringToCountedOemString(POEM_STRING DestinationString,
                                                  PCUNICODE_STRING SourceString,
                                                  BOOLEAN AllocateDestinationString);

/* What has room, no final 0. *Stored, which may be NULL: bytes stored. STATUS_SUCCESS. */
NTSTATUS RtlMultiByteToUnicodeN(PWCH UnicodeString, ULONG MaxBytes, PULONG Stored,
                                const CHAR *Source, ULONG SourceBytes);
NTSTATUS RtlOemToUnicodeN(PWCH UnicodeString, ULONG MaxBytes, PULONG Stored, const CHAR *Source,
                          ULONG SourceBytes);
NTSTATUS RtlUnicodeToMultiByteN(PCHAR String, ULONG MaxBytes, PULONG Stored, PCWCH Source,
                                ULONG SourceBytes);
NTSTATUS RtlUnicodeToOemN(PCHAR String, ULONG MaxBytes, PULONG Stored, PCWCH Source,
                          ULONG SourceBytes);
NTSTATUS RtlUpcaseUnicodeToMultiByteN(PCHAR String, ULONG MaxBytes, PULONG Stored, PCWCH Source,
                                      ULONG SourceBytes);
NTSTATUS RtlUpcaseUnicodeToOemN(PCHAR String, ULONG MaxBytes, PULONG Stored, PCWCH Source,
                                ULONG SourceBytes);
/* How many bytes a conversion makes, no final 0 counted. */
NTSTATUS RtlMultiByteToUnicodeSize(PULONG BytesInUnicodeString, const CHAR *MultiByteString,
                                   ULONG BytesInMultiByteString);
NTSTATUS RtlUnicodeToMultiByteSize(PULONG BytesInMultiByteString, PCWCH UnicodeString,
                                   ULONG BytesInUnicodeString);

/* A NULL destination only counts. STATUS_BUFFER_TOO_SMALL: stored what has room, whole letters
 * only. STATUS_SOME_NOT_MAPPED: what is no Unicode became U+FFFD. */
NTSTATUS RtlUnicodeToUTF8N(PCHAR UTF8StringDestination, ULONG UTF8StringMaxByteCount,
                           PULONG UTF8StringActualByteCount, PCWCH UnicodeStringSource,
                           ULONG UnicodeStringByteCount);
NTSTATUS RtlUTF8ToUnicodeN(PWSTR UnicodeStringDestination, ULONG UnicodeStringMaxByteCount,
                           PULONG UnicodeStringActualByteCount, PCCH UTF8StringSource,
                           ULONG UTF8StringByteCount);

/* With the final 0. */
ULONG RtlxAnsiStringToUnicodeSize(PCANSI_STRING AnsiString);
ULONG RtlxOemStringToUnicodeSize(PCOEM_STRING OemString);
ULONG RtlxUnicodeStringToAnsiSize(PCUNICODE_STRING UnicodeString);
ULONG RtlxUnicodeStringToOemSize(PCUNICODE_STRING UnicodeString);

/* TRUE for a name of eight letters and three that MS-DOS could have had; *OemName, which may be
 * NULL, becomes its upper-case OEM form; *NameContainsSpaces likewise. "." and ".." are legal. */
BOOLEAN RtlIsNameLegalDOS8Dot3(PCUNICODE_STRING Name, POEM_STRING OemName,
                               PBOOLEAN NameContainsSpaces);

/* Replaces an OEM letter by its upper case; FALSE when the page has no such letter. */
BOOLEAN RtlIsValidOemCharacter(PWCHAR Char);

typedef struct _GENERATE_NAME_CONTEXT {
    USHORT Checksum; /* of the long name, once CheckSumInserted */
    BOOLEAN ChecksumInserted;
    UCHAR NameLength; /* letters of the base's beginning */
    WCHAR NameBuffer[8];
    ULONG ExtensionLength; /* with its dot */
    WCHAR ExtensionBuffer[4];
    ULONG LastIndexValue; /* of ~1, ~2, ... */
} GENERATE_NAME_CONTEXT, *PGENERATE_NAME_CONTEXT;

/* A name of eight letters and three for a long one: NAME~1.EXT, then ~2 with each call with the
 * same Context, zeroes at first. From the fifth on NAxxxx~1.EXT with a checksum of Name; not
 * Windows' checksum [P]. Name8dot3 needs room for 12 letters, else STATUS_BUFFER_OVERFLOW.
 * STATUS_FILE_SYSTEM_LIMITATION after 999,999. Only ASCII letters stay without
 * AllowExtendedCharacters. */
NTSTATUS RtlGenerate8dot3Name(PCUNICODE_STRING Name, BOOLEAN AllowExtendedCharacters,
                              PGENERATE_NAME_CONTEXT Context, PUNICODE_STRING Name8dot3);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#define RtlAnsiStringToUnicodeSize(String) RtlxAnsiStringToUnicodeSize(String)
#define RtlOemStringToUnicodeSize(String)  RtlxOemStringToUnicodeSize(String)
#define RtlOemStringToCountedUnicodeSize(String)                                                   \
    (RtlxOemStringToUnicodeSize(String) - sizeof(WCHAR))
#define RtlUnicodeStringToAnsiSize(String)       RtlxUnicodeStringToAnsiSize(String)
#define RtlUnicodeStringToOemSize(String)        RtlxUnicodeStringToOemSize(String)
#define RtlUnicodeStringToCountedOemSize(String) (RtlxUnicodeStringToOemSize(String) - 1)
#define NLS_MB_CODE_PAGE_TAG                     FALSE
#define NLS_MB_OEM_CODE_PAGE_TAG                 FALSE

#endif
