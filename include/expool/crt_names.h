/* expool/crt_names.h - the C library's usual names for expool/crt.h's routines; driver dialect.
 * Names of routines that libc has right (strlen, memcpy, atoi) are left alone. */
#ifndef EXPOOL_CRT_NAMES_H
#define EXPOOL_CRT_NAMES_H

#undef _i64toa
#undef _i64tow
#undef _itoa
#undef _itow
#undef _ltoa
#undef _ltow
#undef mbstowcs
#undef _snprintf
#undef _snwprintf
#undef sprintf
#undef sprintf_s
#undef strcat_s
#undef strcpy_s
#undef _stricmp
#undef stricmp
#undef _strlwr
#undef strlwr
#undef strncpy_s
#undef _strnicmp
#undef strnicmp
#undef _strnset
#undef _strrev
#undef strtol
#undef strtoul
#undef _strupr
#undef strupr
#undef swprintf
#undef swprintf_s
#undef towlower
#undef towupper
#undef _ui64toa
#undef _ui64tow
#undef _vsnprintf
#undef _vsnwprintf
#undef vsprintf
#undef vswprintf
#undef wcscat
#undef wcscat_s
#undef wcschr
#undef wcscmp
#undef wcscpy
#undef wcscpy_s
#undef wcscspn
#undef _wcsicmp
#undef wcsicmp
#undef wcslen
#undef _wcslwr
#undef wcsncat
#undef wcsncmp
#undef wcsncpy
#undef wcsncpy_s
#undef _wcsnicmp
#undef wcsnicmp
#undef wcsnlen
#undef _wcsnset
#undef wcspbrk
#undef wcsrchr
#undef _wcsrev
#undef wcsspn
#undef wcsstr
#undef wcstol
#undef wcstombs
#undef wcstoul
#undef _wcsupr
#undef wmemcmp
#undef wmemcpy
#undef wmemmove
#undef wmemset
#undef _wtoi
#undef _wtoi64
#undef _wtol

#define _i64toa     expool_i64toa
#define _i64tow     expool_i64tow
#define _itoa       expool_itoa
#define _itow       expool_itow
#define _ltoa       expool_itoa
#define _ltow       expool_itow
#define mbstowcs    expool_mbstowcs
#define _snprintf   expool_snprintf
#define _snwprintf  expool_snwprintf
#define sprintf     expool_sprintf
#define sprintf_s   expool_sprintf_s
#define strcat_s    expool_strcat_s
#define strcpy_s    expool_strcpy_s
#define _stricmp    expool_stricmp
#define stricmp     expool_stricmp
#define _strlwr     expool_strlwr
#define strlwr      expool_strlwr
#define strncpy_s   expool_strncpy_s
#define _strnicmp   expool_strnicmp
#define strnicmp    expool_strnicmp
#define _strnset    expool_strnset
#define _strrev     expool_strrev
#define strtol      expool_strtol
#define strtoul     expool_strtoul
#define _strupr     expool_strupr
#define strupr      expool_strupr
#define swprintf    expool_swprintf
#define swprintf_s  expool_swprintf_s
#define towlower    expool_towlower
#define towupper    expool_towupper
#define _ui64toa    expool_ui64toa
#define _ui64tow    expool_ui64tow
#define _vsnprintf  expool_vsnprintf
#define _vsnwprintf expool_vsnwprintf
#define vsprintf    expool_vsprintf
#define vswprintf   expool_vswprintf
#define wcscat      expool_wcscat
#define wcscat_s    expool_wcscat_s
#define wcschr      expool_wcschr
#define wcscmp      expool_wcscmp
#define wcscpy      expool_wcscpy
#define wcscpy_s    expool_wcscpy_s
#define wcscspn     expool_wcscspn
#define _wcsicmp    expool_wcsicmp
#define wcsicmp     expool_wcsicmp
#define wcslen      expool_wcslen
#define _wcslwr     expool_wcslwr
#define wcsncat     expool_wcsncat
#define wcsncmp     expool_wcsncmp
#define wcsncpy     expool_wcsncpy
#define wcsncpy_s   expool_wcsncpy_s
#define _wcsnicmp   expool_wcsnicmp
#define wcsnicmp    expool_wcsnicmp
#define wcsnlen     expool_wcsnlen
#define _wcsnset    expool_wcsnset
#define wcspbrk     expool_wcspbrk
#define wcsrchr     expool_wcsrchr
#define _wcsrev     expool_wcsrev
#define wcsspn      expool_wcsspn
#define wcsstr      expool_wcsstr
#define wcstol      expool_wcstol
#define wcstombs    expool_wcstombs
#define wcstoul     expool_wcstoul
#define _wcsupr     expool_wcsupr
#define wmemcmp     expool_wmemcmp
#define wmemcpy     expool_wmemcpy
#define wmemmove    expool_wmemmove
#define wmemset     expool_wmemset
#define _wtoi       expool_wtol
#define _wtoi64     expool_wtoi64
#define _wtol       expool_wtol

#endif
