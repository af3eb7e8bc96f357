/* expool/dialect_words.h - the words that only driver dialect has (expool/dialect.h). */
#ifndef EXPOOL_DIALECT_WORDS_H
#define EXPOOL_DIALECT_WORDS_H

/* Pragmas and habits of driver sources that no compiler here knows: nothing to be said about. */
#pragma GCC diagnostic ignored "-Wunknown-pragmas"
#if defined(__clang__)
#pragma clang diagnostic ignored "-Wunknown-warning-option"
#pragma clang diagnostic ignored "-Wkeyword-macro"
#pragma clang diagnostic ignored "-Wmicrosoft"
#pragma clang diagnostic ignored "-Wignored-attributes"
#pragma clang diagnostic ignored "-Wunknown-attributes"
#pragma clang diagnostic ignored "-Wignored-pragmas"
#pragma clang diagnostic ignored "-Wnonportable-include-path"
#pragma clang diagnostic ignored "-Winvalid-token-paste"
#endif

#ifndef ALLOC_PRAGMA
#define ALLOC_PRAGMA 1
#endif

#define __cdecl
#define __stdcall
#define __fastcall
#define __thiscall
#define __vectorcall
#define __clrcall
#define _cdecl
#define _stdcall
#define _fastcall
#define __w64
#define __ptr32
#define __ptr64
#define __sptr
#define __uptr
#define __unaligned
#define _Unaligned_

/* long, because that is what INT64 is made of here: pointers to either then agree. */
#define __int8 char
#define __int16 short
#define __int32 int
#define __int64 long
#define _int64 long

/* Microsoft's inline emits a mergeable copy where it is not inlined, C's emits none: so it is
 * always inlined. */
#define __inline __inline__ __attribute__((always_inline))
#define _inline __inline
#define __forceinline __inline__ __attribute__((always_inline))
#define _forceinline __forceinline

#define __annotation(...) ((void)0)
#define __analysis_assert(...)
#define __FUNCDNAME__ __func__
#define __FUNCSIG__ __func__
/* Microsoft's __FUNCTION__ is a literal and may stand beside another; gcc's and clang's is not. */
#ifdef EXPOOL_FUNCTION_AS_FILE
#undef __FUNCTION__
#define __FUNCTION__ __FILE__
#endif

#if !defined(__clang__)
#define __pragma(words)      EXPOOL_PRAGMA(words)
#define EXPOOL_PRAGMA(words) _Pragma(#words)
#define __assume(condition)  ((condition) ? (void)0 : __builtin_unreachable())
#ifndef __cplusplus
#define _alignof(type) __alignof__(type)
enum { __noop };
#define __noop(...) ((void)0)
#endif

/* __declspec(word) and __declspec(word(argument)), one row a word. */
#define __declspec(word) EXPOOL_DECLSPEC_##word
#define _declspec(word) EXPOOL_DECLSPEC_##word
#define EXPOOL_DECLSPEC_align(bytes)   __attribute__((aligned(bytes)))
#define EXPOOL_DECLSPEC_allocate(name) __attribute__((section(name)))
#define EXPOOL_DECLSPEC_allocator
#define EXPOOL_DECLSPEC_code_seg(name)
#define EXPOOL_DECLSPEC_deprecated __attribute__((deprecated))
#define EXPOOL_DECLSPEC_dllexport
#define EXPOOL_DECLSPEC_dllimport
#define EXPOOL_DECLSPEC_empty_bases
#define EXPOOL_DECLSPEC_guard(word)
#define EXPOOL_DECLSPEC_naked __attribute__((naked))
#define EXPOOL_DECLSPEC_no_init_all
#define EXPOOL_DECLSPEC_no_sanitize_address
#define EXPOOL_DECLSPEC_noalias
#define EXPOOL_DECLSPEC_noinline __attribute__((noinline))
#define EXPOOL_DECLSPEC_noreturn __attribute__((noreturn))
#define EXPOOL_DECLSPEC_nothrow  __attribute__((nothrow))
#define EXPOOL_DECLSPEC_novtable
#define EXPOOL_DECLSPEC_property(...)
#define EXPOOL_DECLSPEC_restrict
#define EXPOOL_DECLSPEC_safebuffers
#define EXPOOL_DECLSPEC_selectany __attribute__((weak))
#define EXPOOL_DECLSPEC_spectre(word)
#define EXPOOL_DECLSPEC_strict_gs_check
#define EXPOOL_DECLSPEC_thread __thread
#define EXPOOL_DECLSPEC_uuid(text)
#endif

#endif
