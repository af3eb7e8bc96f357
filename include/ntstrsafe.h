/* ntstrsafe.h - string routines that know the room and say when it was too little.
 *   RtlStringCb...  counts bytes, RtlStringCch... letters; ...A is 8-bit, ...W 16-bit
 * Text always ends with 0. STATUS_BUFFER_OVERFLOW: as much as has room was stored.
 * STATUS_INVALID_PARAMETER: room of 0 or over 2,147,483,647 letters, unknown flags, or Cat to text
 * that does not end within its room. NULLs are the caller's to avoid, except with
 * STRSAFE_IGNORE_NULLS. Formats: expool/crt.h. Any IRQL on resident memory. [D] */
#ifndef EXPOOL_NTSTRSAFE_H
#define EXPOOL_NTSTRSAFE_H

#include "expool/status.h"

#include <stdarg.h>

#define NTSTRSAFE_MAX_CCH                2147483647
#define NTSTRSAFE_MAX_LENGTH             (NTSTRSAFE_MAX_CCH - 1)
#define NTSTRSAFE_UNICODE_STRING_MAX_CCH (0xffff / sizeof(WCHAR))
#define STRSAFE_MAX_CCH                  NTSTRSAFE_MAX_CCH

/* For the Ex forms. The low byte is what STRSAFE_FILL_... fills with. */
#define STRSAFE_IGNORE_NULLS           0x00000100
#define STRSAFE_FILL_BEHIND_NULL       0x00000200
#define STRSAFE_FILL_BEHIND            0x00000200
#define STRSAFE_FILL_ON_FAILURE        0x00000400
#define STRSAFE_NULL_ON_FAILURE        0x00000800
#define STRSAFE_ZERO_LENGTH_ON_FAILURE 0x00000800
#define STRSAFE_NO_TRUNCATION          0x00001000
#define STRSAFE_FILL_BYTE(x)           ((DWORD)((x)&0x000000FF) | STRSAFE_FILL_BEHIND_NULL)
#define STRSAFE_FAILURE_BYTE(x)        ((DWORD)((x)&0x000000FF) | STRSAFE_FILL_ON_FAILURE)
#define STRSAFE_GET_FILL_PATTERN(f)    ((int)((f)&0x000000FF))

typedef char *NTSTRSAFE_PSTR, *STRSAFE_LPSTR;
typedef const char *NTSTRSAFE_PCSTR, *STRSAFE_LPCSTR;
typedef WCHAR *NTSTRSAFE_PWSTR, *STRSAFE_LPWSTR;
typedef const WCHAR *NTSTRSAFE_PCWSTR, *STRSAFE_LPCWSTR;

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* Unit is Cb or Cch, Width A or W, Letter char or WCHAR; sizes are in the unit, room counts the
 * final 0. Ex: *DestEnd is the final 0, *Remaining the room from there. N: at most Count of Src.
 * Printf's arguments may not lie in Dest. */
#define EXPOOL_STRING_SAFE(Unit, Width, Letter)                                                    \
    NTSTATUS RtlString##Unit##Copy##Width(Letter *Dest, size_t Size, const Letter *Src);           \
    NTSTATUS RtlString##Unit##CopyEx##Width(Letter *Dest, size_t Size, const Letter *Src,          \
                                            Letter **DestEnd, size_t *Remaining, DWORD Flags);     \
    NTSTATUS RtlString##Unit##CopyN##Width(Letter *Dest, size_t Size, const Letter *Src,           \
                                           size_t Count);                                          \
    NTSTATUS RtlString##Unit##CopyNEx##Width(Letter *Dest, size_t Size, const Letter *Src,         \
                                             size_t Count, Letter **DestEnd, size_t *Remaining,    \
                                             DWORD Flags);                                         \
    NTSTATUS RtlString##Unit##Cat##Width(Letter *Dest, size_t Size, const Letter *Src);            \
    NTSTATUS RtlString##Unit##CatEx##Width(Letter *Dest, size_t Size, const Letter *Src,           \
                                           Letter **DestEnd, size_t *Remaining, DWORD Flags);      \
    NTSTATUS RtlString##Unit##CatN##Width(Letter *Dest, size_t Size, const Letter *Src,            \
                                          size_t Count);                                           \
    NTSTATUS RtlString##Unit##CatNEx##Width(Letter *Dest, size_t Size, const Letter *Src,          \
                                            size_t Count, Letter **DestEnd, size_t *Remaining,     \
                                            DWORD Flags);                                          \
    NTSTATUS RtlString##Unit##Printf##Width(Letter *Dest, size_t Size, const Letter *Format, ...); \
    NTSTATUS RtlString##Unit##PrintfEx##Width(Letter *Dest, size_t Size, Letter **DestEnd,         \
                                              size_t *Remaining, DWORD Flags,                      \
                                              const Letter *Format, ...);                          \
    NTSTATUS RtlString##Unit##VPrintf##Width(Letter *Dest, size_t Size, const Letter *Format,      \
                                             va_list Arguments);                                   \
    NTSTATUS RtlString##Unit##VPrintfEx##Width(Letter *Dest, size_t Size, Letter **DestEnd,        \
                                               size_t *Remaining, DWORD Flags,                     \
                                               const Letter *Format, va_list Arguments);           \
    /* The length without the final 0, which must lie within Max; *Length may be NULL. */          \
    NTSTATUS RtlString##Unit##Length##Width(const Letter *Text, size_t Max, size_t *Length)

EXPOOL_STRING_SAFE(Cb, A, char);
EXPOOL_STRING_SAFE(Cb, W, WCHAR);
EXPOOL_STRING_SAFE(Cch, A, char);
EXPOOL_STRING_SAFE(Cch, W, WCHAR);
#undef EXPOOL_STRING_SAFE

/* The same for counted strings: the room is MaximumLength, no final 0 is stored. Ex: *Remaining,
 * which may be NULL, is what is left of the buffer. */
NTSTATUS RtlUnicodeStringInit(PUNICODE_STRING DestinationString, NTSTRSAFE_PCWSTR SourceString);
NTSTATUS RtlUnicodeStringInitEx(PUNICODE_STRING DestinationString, NTSTRSAFE_PCWSTR SourceString,
                                DWORD Flags);
NTSTATUS RtlUnicodeStringValidate(PCUNICODE_STRING SourceString);
NTSTATUS RtlUnicodeStringValidateEx(PCUNICODE_STRING SourceString, DWORD Flags);

/* What is Copy or Cat. ...N: at most Count bytes (Cb) or letters (Cch) of the source. */
#define EXPOOL_UNICODE_STRING_SAFE(What)                                                           \
    NTSTATUS RtlUnicodeString##What(PUNICODE_STRING Dest, PCUNICODE_STRING Source);                \
    NTSTATUS RtlUnicodeString##What##Ex(PUNICODE_STRING Dest, PCUNICODE_STRING Source,             \
                                        PUNICODE_STRING Remaining, DWORD Flags);                   \
    NTSTATUS RtlUnicodeString##What##String(PUNICODE_STRING Dest, NTSTRSAFE_PCWSTR Source);        \
    NTSTATUS RtlUnicodeString##What##StringEx(PUNICODE_STRING Dest, NTSTRSAFE_PCWSTR Source,       \
                                              PUNICODE_STRING Remaining, DWORD Flags);             \
    NTSTATUS RtlUnicodeStringCb##What##N(PUNICODE_STRING Dest, PCUNICODE_STRING Source,            \
                                         size_t Count);                                            \
    NTSTATUS RtlUnicodeStringCch##What##N(PUNICODE_STRING Dest, PCUNICODE_STRING Source,           \
                                          size_t Count);                                           \
    NTSTATUS RtlUnicodeStringCb##What##NEx(PUNICODE_STRING Dest, PCUNICODE_STRING Source,          \
                                           size_t Count, PUNICODE_STRING Remaining, DWORD Flags);  \
    NTSTATUS RtlUnicodeStringCch##What##NEx(PUNICODE_STRING Dest, PCUNICODE_STRING Source,         \
                                            size_t Count, PUNICODE_STRING Remaining, DWORD Flags); \
    NTSTATUS RtlUnicodeStringCb##What##StringN(PUNICODE_STRING Dest, NTSTRSAFE_PCWSTR Source,      \
                                               size_t Count);                                      \
    NTSTATUS RtlUnicodeStringCch##What##StringN(PUNICODE_STRING Dest, NTSTRSAFE_PCWSTR Source,     \
                                                size_t Count);                                     \
    NTSTATUS RtlUnicodeStringCb##What##StringNEx(PUNICODE_STRING Dest, NTSTRSAFE_PCWSTR Source,    \
                                                 size_t Count, PUNICODE_STRING Remaining,          \
                                                 DWORD Flags);                                     \
    NTSTATUS RtlUnicodeStringCch##What##StringNEx(PUNICODE_STRING Dest, NTSTRSAFE_PCWSTR Source,   \
                                                  size_t Count, PUNICODE_STRING Remaining,         \
                                                  DWORD Flags)

EXPOOL_UNICODE_STRING_SAFE(Copy);
EXPOOL_UNICODE_STRING_SAFE(Cat);
#undef EXPOOL_UNICODE_STRING_SAFE

NTSTATUS RtlUnicodeStringPrintf(PUNICODE_STRING Dest, NTSTRSAFE_PCWSTR Format, ...);
NTSTATUS RtlUnicodeStringPrintfEx(PUNICODE_STRING Dest, PUNICODE_STRING Remaining, DWORD Flags,
                                  NTSTRSAFE_PCWSTR Format, ...);
NTSTATUS RtlUnicodeStringVPrintf(PUNICODE_STRING Dest, NTSTRSAFE_PCWSTR Format, va_list Arguments);
NTSTATUS RtlUnicodeStringVPrintfEx(PUNICODE_STRING Dest, PUNICODE_STRING Remaining, DWORD Flags,
                                   NTSTRSAFE_PCWSTR Format, va_list Arguments);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#define RtlUnalignedStringCchLengthW(Text, Max, Length) RtlStringCchLengthW(Text, Max, Length)
#define RtlUnalignedStringCbLengthW(Text, Max, Length)  RtlStringCbLengthW(Text, Max, Length)

#endif
