/* expool/dialect.h - the words of Microsoft's compiler that are not C: calling conventions,
 * __declspec, __int64, __forceinline, __pragma. clang has most of them with -fms-extensions; gcc
 * gets them here. Driver dialect means 16-bit wchar_t (-fshort-wchar): only then are words defined
 * that a program for Linux may have its own idea of. docs/COMPATIBILITY.md: the command lines. */
#ifndef EXPOOL_DIALECT_H
#define EXPOOL_DIALECT_H

#if __SIZEOF_WCHAR_T__ == 2
#define EXPOOL_DRIVER_DIALECT 1
#else
#define EXPOOL_DRIVER_DIALECT 0
#endif

#define _WIN64   1
#define _AMD64_  1
#define _M_AMD64 100
#define _M_X64   100
#define AMD64    1

/* Tags are written 'MyDv': four characters in an int, as on Windows. */
#pragma GCC diagnostic ignored "-Wmultichar"
#if defined(__clang__)
#pragma clang diagnostic ignored "-Wfour-char-constants"
#endif

#define FORCEINLINE           inline __attribute__((always_inline))
#define CFORCEINLINE          FORCEINLINE
#define DECLSPEC_NORETURN     __attribute__((noreturn))
#define DECLSPEC_NOINLINE     __attribute__((noinline))
#define DECLSPEC_ALIGN(bytes) __attribute__((aligned(bytes)))
#define DECLSPEC_CACHEALIGN   DECLSPEC_ALIGN(SYSTEM_CACHE_ALIGNMENT_SIZE)
#define DECLSPEC_SELECTANY    __attribute__((weak))
#define DECLSPEC_IMPORT
#define DECLSPEC_EXPORT
#define DECLSPEC_NOTHROW __attribute__((nothrow))
#define DECLSPEC_NOVTABLE
#define DECLSPEC_ADDRSAFE
#define DECLSPEC_NOSANITIZEADDRESS
#define DECLSPEC_SAFEBUFFERS
#define DECLSPEC_NOINITALL
#define DECLSPEC_UUID(text)
#define DECLSPEC_DEPRECATED __attribute__((deprecated))
#define DECLSPEC_DEPRECATED_DDK
#define DECLSPEC_DEPRECATED_DDK_WINXP
#define DECLSPEC_GUARDNOCF
#define DECLSPEC_GUARD_SUPPRESS
#define UNALIGNED
#define UNALIGNED64
#define RESTRICTED_POINTER __restrict
#define POINTER_32
#define POINTER_64
#define POINTER_ALIGNMENT     DECLSPEC_ALIGN(8)
#define MAX_NATURAL_ALIGNMENT sizeof(unsigned long long)
#define TYPE_ALIGNMENT(type)  __alignof__(type)
#define PROBE_ALIGNMENT(type) TYPE_ALIGNMENT(type)
#define DECLSPEC_XFG_LIST_ENTRY
#ifndef NOP_FUNCTION
#define NOP_FUNCTION ((void)0)
#endif

#ifdef __cplusplus
#define EXTERN_C       extern "C"
#define EXTERN_C_START extern "C" {
#define EXTERN_C_END   }
#else
#define EXTERN_C extern
#define EXTERN_C_START
#define EXTERN_C_END
#endif
#define STDAPI              EXTERN_C HRESULT
#define STDAPI_(type)       EXTERN_C type
#define STDMETHODIMP        HRESULT
#define STDMETHODIMP_(type) type
#define STDMETHODCALLTYPE
#define NTSYSAPI
#define NTKERNELAPI
#define NTHALAPI
#define NTSYSCALLAPI
#define NTAPI
#define NTAPI_INLINE
#define NTAPIV
#define FASTCALL
#define CDECL
#define WINAPI
#define APIENTRY
#define CALLBACK
#define STDAPICALLTYPE
#define HALAPI
#ifndef EXPORT
#define EXPORT
#endif

#if EXPOOL_DRIVER_DIALECT
#include "expool/dialect_words.h"
#endif

#endif
