/* expool/crt.h - the C library of the kernel: 16-bit strings, case, numbers and formatted text. In
 * driver dialect (expool/dialect.h) the usual names mean these; without it they are at hand under
 * their expool_ names, because libc's wcslen() counts 32-bit letters. Formats are Windows': `l` is
 * 32 bits, I64, %wZ and %Z; %s is of the format's own width, %S of the other; no floating point.
 * Case is Unicode's, the same in every locale. Any IRQL on resident memory. [D] */
#ifndef EXPOOL_CRT_H
#define EXPOOL_CRT_H

#include "expool/types.h"

#include <stdarg.h>
#include <string.h>
#if EXPOOL_DRIVER_DIALECT
/* Before their names come to mean ours. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>
#include <wctype.h>
#endif

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* As the C library's routines of these names without expool_, for 16-bit letters; counts are
 * letters. Any IRQL on resident memory. */
SIZE_T expool_wcslen(const WCHAR *text);
SIZE_T expool_wcsnlen(const WCHAR *text, SIZE_T count_max);
WCHAR *expool_wcscpy(WCHAR *to, const WCHAR *from);
WCHAR *expool_wcsncpy(WCHAR *to, const WCHAR *from, SIZE_T count);
WCHAR *expool_wcscat(WCHAR *to, const WCHAR *from);
WCHAR *expool_wcsncat(WCHAR *to, const WCHAR *from, SIZE_T count);
INT expool_wcscmp(const WCHAR *first, const WCHAR *second);
INT expool_wcsncmp(const WCHAR *first, const WCHAR *second, SIZE_T count);
INT expool_wcsicmp(const WCHAR *first, const WCHAR *second);
INT expool_wcsnicmp(const WCHAR *first, const WCHAR *second, SIZE_T count);
WCHAR *expool_wcschr(const WCHAR *text, WCHAR letter);
WCHAR *expool_wcsrchr(const WCHAR *text, WCHAR letter);
WCHAR *expool_wcsstr(const WCHAR *text, const WCHAR *part);
WCHAR *expool_wcspbrk(const WCHAR *text, const WCHAR *letters);
SIZE_T expool_wcsspn(const WCHAR *text, const WCHAR *letters);
SIZE_T expool_wcscspn(const WCHAR *text, const WCHAR *letters);
WCHAR *expool_wcslwr(WCHAR *text);
WCHAR *expool_wcsupr(WCHAR *text);
WCHAR *expool_wcsrev(WCHAR *text);
WCHAR *expool_wcsnset(WCHAR *text, WCHAR letter, SIZE_T count);
WCHAR expool_towupper(WCHAR letter);
WCHAR expool_towlower(WCHAR letter);

/* Between code page 1252 and 16-bit letters: how many were stored, the final 0 not counted, which
 * is stored when there is room. A NULL destination only counts. */
SIZE_T expool_mbstowcs(WCHAR *to, const char *from, SIZE_T count);
SIZE_T expool_wcstombs(char *to, const WCHAR *from, SIZE_T count);
WCHAR *expool_wmemcpy(WCHAR *to, const WCHAR *from, SIZE_T count);
WCHAR *expool_wmemmove(WCHAR *to, const WCHAR *from, SIZE_T count);
WCHAR *expool_wmemset(WCHAR *to, WCHAR letter, SIZE_T count);
INT expool_wmemcmp(const WCHAR *first, const WCHAR *second, SIZE_T count);

/* ASCII letters only. */
INT expool_stricmp(const char *first, const char *second);
INT expool_strnicmp(const char *first, const char *second, SIZE_T count);
char *expool_strlwr(char *text);
char *expool_strupr(char *text);
char *expool_strrev(char *text);
char *expool_strnset(char *text, int letter, SIZE_T count);

/* Digits in lower case; radix 2 to 36, else the empty text. A sign for radix 10 only. */
char *expool_itoa(LONG value, char *text, int radix);
char *expool_i64toa(LONG64 value, char *text, int radix);
char *expool_ui64toa(ULONG64 value, char *text, int radix);
WCHAR *expool_itow(LONG value, WCHAR *text, int radix);
WCHAR *expool_i64tow(LONG64 value, WCHAR *text, int radix);
WCHAR *expool_ui64tow(ULONG64 value, WCHAR *text, int radix);
LONG expool_wtol(const WCHAR *text);
LONG64 expool_wtoi64(const WCHAR *text);
/* Radix 0 looks for 0x and 0; MAXLONG, MINLONG or MAXULONG beyond 32 bits. */
LONG expool_wcstol(const WCHAR *text, WCHAR **end, int radix);
ULONG expool_wcstoul(const WCHAR *text, WCHAR **end, int radix);
LONG expool_strtol(const char *text, char **end, int radix);
ULONG expool_strtoul(const char *text, char **end, int radix);

/* The letters written, without the final 0. The _sn forms write no final 0 when exactly `count`
 * letters fit, and return -1 when more would be needed. */
INT expool_sprintf(char *text, const char *format, ...);
INT expool_vsprintf(char *text, const char *format, va_list arguments);
INT expool_snprintf(char *text, SIZE_T count, const char *format, ...);
INT expool_vsnprintf(char *text, SIZE_T count, const char *format, va_list arguments);
INT expool_swprintf(WCHAR *text, const WCHAR *format, ...);
INT expool_vswprintf(WCHAR *text, const WCHAR *format, va_list arguments);
INT expool_snwprintf(WCHAR *text, SIZE_T count, const WCHAR *format, ...);
INT expool_vsnwprintf(WCHAR *text, SIZE_T count, const WCHAR *format, va_list arguments);

/* 0, or EINVAL 22 for a NULL, ERANGE 34 for too little room: the text is then empty. */
INT expool_strcpy_s(char *to, SIZE_T size, const char *from);
INT expool_strcat_s(char *to, SIZE_T size, const char *from);
INT expool_strncpy_s(char *to, SIZE_T size, const char *from, SIZE_T count);
INT expool_wcscpy_s(WCHAR *to, SIZE_T size, const WCHAR *from);
INT expool_wcscat_s(WCHAR *to, SIZE_T size, const WCHAR *from);
INT expool_wcsncpy_s(WCHAR *to, SIZE_T size, const WCHAR *from, SIZE_T count);
/* The letters written; -1 and the empty text when there is too little room. */
INT expool_sprintf_s(char *text, SIZE_T size, const char *format, ...);
INT expool_swprintf_s(WCHAR *text, SIZE_T size, const WCHAR *format, ...);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#if EXPOOL_DRIVER_DIALECT
#include "expool/crt_names.h"
#endif

#endif
