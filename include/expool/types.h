/* expool/types.h - Windows' scalar types on 64-bit Linux, and the macros every driver source uses.
 * ULONG is 32 bits whatever the compiler's long is; WCHAR is 16 bits, and under -fshort-wchar the
 * type of L'x'. */
#ifndef EXPOOL_TYPES_H
#define EXPOOL_TYPES_H

#include "expool/dialect.h"
#include "expool/ntddi.h"
#include "expool/sal.h"

#include <stddef.h>
#include <stdint.h>

#define VOID  void
#define CONST const

#ifndef TRUE
#define TRUE  1
#define FALSE 0
#endif

typedef void *PVOID, **PPVOID, *HANDLE, **PHANDLE, *LPVOID, *PVOID64;
typedef const void *PCVOID, *LPCVOID;
typedef char CHAR, *PCHAR, *LPCH, *PCH, CCHAR, *PCCHAR, *PSTR, *LPSTR, *NPSTR, *PSZ;
typedef const char *PCSTR, *LPCSTR, *PCSZ, *LPCCH, *PCCH, *PCNZCH;
typedef PSTR *PZPSTR;
typedef PCSTR *PZPCSTR;
typedef int8_t INT8, *PINT8, SCHAR, *PSCHAR;
typedef uint8_t UCHAR, *PUCHAR, BYTE, *PBYTE, *LPBYTE, UINT8, *PUINT8, BOOLEAN, *PBOOLEAN, KIRQL,
    *PKIRQL, FCHAR;
typedef const uint8_t *PCUCHAR, *LPCBYTE;
typedef int16_t SHORT, *PSHORT, INT16, *PINT16, CSHORT, *PCSHORT;
typedef uint16_t USHORT, *PUSHORT, WORD, *PWORD, *LPWORD, UINT16, *PUINT16, FSHORT, LANGID;
typedef int32_t LONG, *PLONG, *LPLONG, INT, *PINT, *LPINT, BOOL, *PBOOL, *LPBOOL, INT32, *PINT32,
    LONG32, *PLONG32, NTSTATUS, *PNTSTATUS, HRESULT, KPRIORITY;
typedef uint32_t ULONG, *PULONG, *LPULONG, UINT, *PUINT, *LPUINT, DWORD, *PDWORD, *LPDWORD, UINT32,
    *PUINT32, ULONG32, *PULONG32, DWORD32, *PDWORD32, LOGICAL, *PLOGICAL, CLONG, *PCLONG, FLONG,
    LCID, *PLCID, ACCESS_MASK, *PACCESS_MASK;
typedef int64_t LONGLONG, *PLONGLONG, LONG64, *PLONG64, INT64, *PINT64, USN;
typedef uint64_t ULONGLONG, *PULONGLONG, DWORDLONG, *PDWORDLONG, ULONG64, *PULONG64, UINT64,
    *PUINT64, DWORD64, *PDWORD64, QWORD, POOL_FLAGS;
typedef intptr_t LONG_PTR, *PLONG_PTR, INT_PTR, *PINT_PTR, SSIZE_T, *PSSIZE_T;
typedef uintptr_t ULONG_PTR, *PULONG_PTR, UINT_PTR, *PUINT_PTR, DWORD_PTR, *PDWORD_PTR, SIZE_T,
    *PSIZE_T, KAFFINITY, *PKAFFINITY, KSPIN_LOCK, *PKSPIN_LOCK;
typedef float FLOAT, *PFLOAT;
typedef double DOUBLE;
typedef const uint16_t *PCUSHORT;
typedef const uint32_t *PCULONG;

#if EXPOOL_DRIVER_DIALECT
typedef wchar_t WCHAR; /* in C the same type as uint16_t */
#else
typedef uint16_t WCHAR;
#endif
typedef WCHAR *PWCHAR, *LPWCH, *PWCH, *PWSTR, *LPWSTR, *NWPSTR, *PZZWSTR, *PNZWCH, OLECHAR;
typedef const WCHAR *PCWSTR, *LPCWSTR, *PCWCH, *LPCWCH, *PCZZWSTR, *PCNZWCH, *LCPWSTR;
typedef PWSTR *PZPWSTR, *LPZPWSTR;
typedef PCWSTR *PZPCWSTR;
typedef WCHAR TCHAR, *PTCHAR, *PTSTR, *LPTSTR;
typedef const WCHAR *PCTSTR, *LPCTSTR;

#define EXPOOL_INTEGER_PARTS(Low, High)                                                            \
    __extension__ struct {                                                                         \
        Low LowPart;                                                                               \
        High HighPart;                                                                             \
    };                                                                                             \
    struct {                                                                                       \
        Low LowPart;                                                                               \
        High HighPart;                                                                             \
    } u

typedef union _LARGE_INTEGER {
    EXPOOL_INTEGER_PARTS(ULONG, LONG);
    LONGLONG QuadPart;
} LARGE_INTEGER, *PLARGE_INTEGER, PHYSICAL_ADDRESS, *PPHYSICAL_ADDRESS;

typedef union _ULARGE_INTEGER {
    EXPOOL_INTEGER_PARTS(ULONG, ULONG);
    ULONGLONG QuadPart;
} ULARGE_INTEGER, *PULARGE_INTEGER;

typedef struct _QUAD {
    __extension__ union {
        LONGLONG UseThisFieldToCopy;
        double DoNotUseThisField;
    };
} QUAD, *PQUAD, UQUAD, *PUQUAD;

typedef struct _LUID {
    ULONG LowPart;
    LONG HighPart;
} LUID, *PLUID;

/* Lengths are bytes and do not count a final 0. */
typedef struct _STRING {
    USHORT Length;
    USHORT MaximumLength;
    PCHAR Buffer;
} STRING, *PSTRING, ANSI_STRING, *PANSI_STRING, OEM_STRING, *POEM_STRING, UTF8_STRING,
    *PUTF8_STRING;
typedef const STRING *PCSTRING, *PCANSI_STRING, *PCOEM_STRING, *PCUTF8_STRING;

typedef struct _CSTRING {
    USHORT Length;
    USHORT MaximumLength;
    const char *Buffer;
} CSTRING, *PCCSTRING, CANSI_STRING, *PCCANSI_STRING;

typedef struct _UNICODE_STRING {
    USHORT Length;
    USHORT MaximumLength;
    PWSTR Buffer;
} UNICODE_STRING, *PUNICODE_STRING;
typedef const UNICODE_STRING *PCUNICODE_STRING;

#include "expool/macros.h"

#endif
