/* expool/types.h - Windows' scalar types on 64-bit Linux, and the macros every driver source uses.
 * ULONG is 32 bits whatever the compiler's long is; WCHAR is 16 bits. */
#ifndef EXPOOL_TYPES_H
#define EXPOOL_TYPES_H

#include "expool/sal.h"

#include <stddef.h>
#include <stdint.h>

/* Tags are written 'MyDv': four characters in an int, as on Windows. */
#pragma GCC diagnostic ignored "-Wmultichar"
#if defined(__clang__)
#pragma clang diagnostic ignored "-Wfour-char-constants"
#endif

#define VOID                  void
#define CONST                 const
#define FORCEINLINE           static inline __attribute__((always_inline))
#define DECLSPEC_NORETURN     __attribute__((noreturn))
#define DECLSPEC_NOINLINE     __attribute__((noinline))
#define DECLSPEC_ALIGN(bytes) __attribute__((aligned(bytes)))
#define DECLSPEC_CACHEALIGN   DECLSPEC_ALIGN(SYSTEM_CACHE_ALIGNMENT_SIZE)

#ifndef TRUE
#define TRUE  1
#define FALSE 0
#endif

typedef void *PVOID, **PPVOID, *HANDLE, **PHANDLE, *LPVOID;
typedef const void *PCVOID, *LPCVOID;
typedef char CHAR, *PCHAR, CCHAR, *PSTR, *PSZ;
typedef const char *PCSTR, *PCSZ;
typedef int8_t INT8;
typedef uint8_t UCHAR, *PUCHAR, BYTE, *PBYTE, UINT8, BOOLEAN, *PBOOLEAN, KIRQL, *PKIRQL;
typedef int16_t SHORT, *PSHORT, INT16, CSHORT;
typedef uint16_t USHORT, *PUSHORT, WORD, UINT16, WCHAR, *PWCHAR, *PWSTR;
typedef const uint16_t *PCWSTR, *PCWCH;
typedef int32_t LONG, *PLONG, INT, BOOL, INT32, LONG32, NTSTATUS, *PNTSTATUS;
typedef uint32_t ULONG, *PULONG, UINT, DWORD, *PDWORD, UINT32, ULONG32, LOGICAL;
typedef int64_t LONGLONG, *PLONGLONG, LONG64, INT64;
typedef uint64_t ULONGLONG, *PULONGLONG, ULONG64, *PULONG64, UINT64, DWORD64, POOL_FLAGS;
typedef intptr_t LONG_PTR, *PLONG_PTR, INT_PTR, SSIZE_T;
typedef uintptr_t ULONG_PTR, *PULONG_PTR, UINT_PTR, DWORD_PTR, SIZE_T, *PSIZE_T, KAFFINITY,
    KSPIN_LOCK, *PKSPIN_LOCK;

typedef union _LARGE_INTEGER {
    __extension__ struct {
        ULONG LowPart;
        LONG HighPart;
    };
    struct {
        ULONG LowPart;
        LONG HighPart;
    } u;
    LONGLONG QuadPart;
} LARGE_INTEGER, *PLARGE_INTEGER, PHYSICAL_ADDRESS, *PPHYSICAL_ADDRESS;

typedef struct _UNICODE_STRING {
    USHORT Length;        /* bytes, without a final 0 */
    USHORT MaximumLength; /* bytes */
    PWSTR Buffer;
} UNICODE_STRING, *PUNICODE_STRING;
typedef const UNICODE_STRING *PCUNICODE_STRING;

typedef struct _STRING {
    USHORT Length;
    USHORT MaximumLength;
    PCHAR Buffer;
} STRING, *PSTRING, ANSI_STRING, *PANSI_STRING;

#define PAGE_SIZE                   0x1000
#define PAGE_SHIFT                  12
#define MEMORY_ALLOCATION_ALIGNMENT 16
#define SYSTEM_CACHE_ALIGNMENT_SIZE 64

#define BYTE_OFFSET(Va)   ((ULONG)((ULONG_PTR)(Va) & (PAGE_SIZE - 1)))
#define PAGE_ALIGN(Va)    ((PVOID)((ULONG_PTR)(Va) & ~(ULONG_PTR)(PAGE_SIZE - 1)))
#define BYTES_TO_PAGES(n) (((n) >> PAGE_SHIFT) + (((n) & (PAGE_SIZE - 1)) != 0))
#define ROUND_TO_PAGES(n) (((ULONG_PTR)(n) + PAGE_SIZE - 1) & ~(ULONG_PTR)(PAGE_SIZE - 1))
#define ADDRESS_AND_SIZE_TO_SPAN_PAGES(Va, n)                                                      \
    ((ULONG)((((ULONG_PTR)(Va) & (PAGE_SIZE - 1)) + (n) + (PAGE_SIZE - 1)) >> PAGE_SHIFT))

#define UNREFERENCED_PARAMETER(P)             ((void)(P))
#define UNREFERENCED_LOCAL_VARIABLE(P)        ((void)(P))
#define DBG_UNREFERENCED_PARAMETER(P)         ((void)(P))
#define ARGUMENT_PRESENT(P)                   ((P) != NULL)
#define ARRAYSIZE(array)                      (sizeof(array) / sizeof((array)[0]))
#define RTL_NUMBER_OF(array)                  ARRAYSIZE(array)
#define FIELD_OFFSET(type, field)             ((LONG)offsetof(type, field))
#define RTL_FIELD_SIZE(type, field)           (sizeof(((type *)0)->field))
#define RTL_SIZEOF_THROUGH_FIELD(type, field) (offsetof(type, field) + RTL_FIELD_SIZE(type, field))
#define CONTAINING_RECORD(address, type, field)                                                    \
    ((type *)(void *)((PCHAR)(address)-offsetof(type, field)))
#define FlagOn(flags, one)        ((flags) & (one))
#define BooleanFlagOn(flags, one) ((BOOLEAN)(((flags) & (one)) != 0))
#define SetFlag(flags, one)       ((flags) |= (one))
#define ClearFlag(flags, one)     ((flags) &= ~(one))
#if !defined(__cplusplus) && !defined(NOMINMAX)
#ifndef min
#define min(a, b) (((a) < (b)) ? (a) : (b))
#endif
#ifndef max
#define max(a, b) (((a) > (b)) ? (a) : (b))
#endif
#endif

/* The release of Windows that driver code is compiled for; the newest unless it says otherwise. */
#define NTDDI_WIN7       0x06010000
#define NTDDI_WIN8       0x06020000
#define NTDDI_WINBLUE    0x06030000
#define NTDDI_WIN10      0x0A000000
#define NTDDI_WIN10_TH2  0x0A000001
#define NTDDI_WIN10_RS1  0x0A000002
#define NTDDI_WIN10_RS2  0x0A000003
#define NTDDI_WIN10_RS3  0x0A000004
#define NTDDI_WIN10_RS4  0x0A000005
#define NTDDI_WIN10_RS5  0x0A000006
#define NTDDI_WIN10_19H1 0x0A000007
#define NTDDI_WIN10_VB   0x0A000008
#define NTDDI_WIN10_MN   0x0A000009
#define NTDDI_WIN10_FE   0x0A00000A
#define NTDDI_WIN10_CO   0x0A00000B
#define NTDDI_WIN10_NI   0x0A00000C
#ifndef NTDDI_VERSION
#define NTDDI_VERSION NTDDI_WIN10_NI
#endif

#endif
