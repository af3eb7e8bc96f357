/* expool/macros.h - limits, pages, alignment, flags, fields and the small helpers of driver
 * sources. Included by expool/types.h. [H] */
#ifndef EXPOOL_MACROS_H
#define EXPOOL_MACROS_H

#include "expool/types.h"

#define MINCHAR                       ((CHAR)0x80)
#define MAXCHAR                       0x7f
#define MINSHORT                      ((SHORT)0x8000)
#define MAXSHORT                      0x7fff
#define MINLONG                       ((LONG)0x80000000)
#define MAXLONG                       0x7fffffff
#define MAXLONG32                     0x7fffffff
#define MAXLONGLONG                   ((LONGLONG)0x7fffffffffffffff)
#define MAXLONG64                     MAXLONGLONG
#define MAXUCHAR                      0xff
#define MAXBYTE                       0xff
#define MAXUSHORT                     0xffff
#define MAXWORD                       0xffff
#define MAXULONG                      0xffffffffU
#define MAXULONG32                    0xffffffffU
#define MAXDWORD                      0xffffffffU
#define MAXULONGLONG                  (~(ULONGLONG)0)
#define MAXULONG64                    MAXULONGLONG
#define MAXULONG_PTR                  (~(ULONG_PTR)0)
#define MAXLONG_PTR                   ((LONG_PTR)(MAXULONG_PTR >> 1))
#define MAXUINT_PTR                   MAXULONG_PTR
#define MAXSIZE_T                     (~(SIZE_T)0)
#define MAX_PATH                      260
#define ANSI_NULL                     ((CHAR)0)
#define UNICODE_NULL                  ((WCHAR)0)
#define UNICODE_STRING_MAX_BYTES      ((USHORT)65534)
#define UNICODE_STRING_MAX_CHARS      (32767)
#define HASH_STRING_ALGORITHM_DEFAULT 0
#define HASH_STRING_ALGORITHM_X65599  1
#define HASH_STRING_ALGORITHM_INVALID 0xffffffffU

#define PAGE_SIZE                   0x1000
#define PAGE_SHIFT                  12
#define MEMORY_ALLOCATION_ALIGNMENT 16
#define SYSTEM_CACHE_ALIGNMENT_SIZE 64
#define MAXIMUM_PROCESSORS          64

#define BYTE_OFFSET(Va)   ((ULONG)((ULONG_PTR)(Va) & (PAGE_SIZE - 1)))
#define PAGE_ALIGN(Va)    ((PVOID)((ULONG_PTR)(Va) & ~(ULONG_PTR)(PAGE_SIZE - 1)))
#define BYTES_TO_PAGES(n) (((n) >> PAGE_SHIFT) + (((n) & (PAGE_SIZE - 1)) != 0))
#define ROUND_TO_PAGES(n) (((ULONG_PTR)(n) + PAGE_SIZE - 1) & ~(ULONG_PTR)(PAGE_SIZE - 1))
#define ADDRESS_AND_SIZE_TO_SPAN_PAGES(Va, n)                                                      \
    ((ULONG)((((ULONG_PTR)(Va) & (PAGE_SIZE - 1)) + (n) + (PAGE_SIZE - 1)) >> PAGE_SHIFT))
#define COMPUTE_PAGES_SPANNED(Va, n) ADDRESS_AND_SIZE_TO_SPAN_PAGES(Va, n)

#define ALIGN_DOWN_BY(n, to)              ((ULONG_PTR)(n) & ~((ULONG_PTR)(to)-1))
#define ALIGN_UP_BY(n, to)                ALIGN_DOWN_BY((ULONG_PTR)(n) + (to)-1, to)
#define ALIGN_DOWN_POINTER_BY(Pointer, n) ((PVOID)ALIGN_DOWN_BY(Pointer, n))
#define ALIGN_UP_POINTER_BY(Pointer, n)   ((PVOID)ALIGN_UP_BY(Pointer, n))
#define ALIGN_DOWN(n, type)               ALIGN_DOWN_BY(n, sizeof(type))
#define ALIGN_UP(n, type)                 ALIGN_UP_BY(n, sizeof(type))
#define ALIGN_DOWN_POINTER(Pointer, type) ALIGN_DOWN_POINTER_BY(Pointer, sizeof(type))
#define ALIGN_UP_POINTER(Pointer, type)   ALIGN_UP_POINTER_BY(Pointer, sizeof(type))
#define IS_ALIGNED(n, to)                 (((ULONG_PTR)(n) & ((ULONG_PTR)(to)-1)) == 0)

#define ANYSIZE_ARRAY     1
#define _ANONYMOUS_UNION  __extension__
#define _ANONYMOUS_STRUCT __extension__
#define DUMMYUNIONNAME
#define DUMMYUNIONNAME2
#define DUMMYUNIONNAME3
#define DUMMYUNIONNAME4
#define DUMMYUNIONNAME5
#define DUMMYSTRUCTNAME
#define DUMMYSTRUCTNAME2
#define DUMMYSTRUCTNAME3

#define NOTHING
#define UNREFERENCED_PARAMETER(P)             ((void)(P))
#define UNREFERENCED_LOCAL_VARIABLE(P)        ((void)(P))
#define DBG_UNREFERENCED_PARAMETER(P)         ((void)(P))
#define DBG_UNREFERENCED_LOCAL_VARIABLE(P)    ((void)(P))
#define ARGUMENT_PRESENT(P)                   ((P) != NULL)
#define ARRAYSIZE(array)                      (sizeof(array) / sizeof((array)[0]))
#define RTL_NUMBER_OF(array)                  ARRAYSIZE(array)
#define RTL_NUMBER_OF_V1(array)               ARRAYSIZE(array)
#define RTL_NUMBER_OF_V2(array)               ARRAYSIZE(array)
#define _ARRAYSIZE(array)                     ARRAYSIZE(array)
#define _countof(array)                       ARRAYSIZE(array)
#define FIELD_OFFSET(type, field)             ((LONG)offsetof(type, field))
#define UFIELD_OFFSET(type, field)            ((ULONG)offsetof(type, field))
#define FIELD_SIZE(type, field)               (sizeof(((type *)0)->field))
#define RTL_FIELD_SIZE(type, field)           (sizeof(((type *)0)->field))
#define RTL_FIELD_TYPE(type, field)           (((type *)0)->field)
#define RTL_NUMBER_OF_FIELD(type, field)      (RTL_NUMBER_OF(RTL_FIELD_TYPE(type, field)))
#define RTL_SIZEOF_THROUGH_FIELD(type, field) (offsetof(type, field) + RTL_FIELD_SIZE(type, field))
#define RTL_CONTAINS_FIELD(Struct, Size, Field)                                                    \
    (((PCHAR)(&(Struct)->Field) + sizeof((Struct)->Field)) <= (((PCHAR)(Struct)) + (Size)))
#define RTL_BITS_OF(SizeOfArg)         (sizeof(SizeOfArg) * 8)
#define RTL_BITS_OF_FIELD(type, field) (RTL_BITS_OF(RTL_FIELD_TYPE(type, field)))
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

#define LOBYTE(w)            ((BYTE)((ULONG_PTR)(w)&0xff))
#define HIBYTE(w)            ((BYTE)(((ULONG_PTR)(w) >> 8) & 0xff))
#define LOWORD(l)            ((WORD)((ULONG_PTR)(l)&0xffff))
#define HIWORD(l)            ((WORD)(((ULONG_PTR)(l) >> 16) & 0xffff))
#define LODWORD(n)           ((ULONG)((ULONGLONG)(n)&0xffffffffU))
#define HIDWORD(n)           ((ULONG)(((ULONGLONG)(n) >> 32) & 0xffffffffU))
#define MAKEWORD(low, high)  ((WORD)((BYTE)(low) | ((WORD)((BYTE)(high)) << 8)))
#define MAKELONG(low, high)  ((LONG)(((ULONG)(WORD)(low)) | (((ULONG)(WORD)(high)) << 16)))
#define Int32x32To64(a, b)   ((LONGLONG)(LONG)(a) * (LONGLONG)(LONG)(b))
#define UInt32x32To64(a, b)  ((ULONGLONG)(ULONG)(a) * (ULONGLONG)(ULONG)(b))
#define Int64ShllMod32(a, b) ((ULONGLONG)(a) << ((b)&31))
#define Int64ShraMod32(a, b) ((LONGLONG)(a) >> ((b)&31))
#define Int64ShrlMod32(a, b) ((ULONGLONG)(a) >> ((b)&31))

/* Pointers and handles as numbers, the other way round, and both cut to 32 bits. */
#define PtrToUlong(p)       ((ULONG)(ULONG_PTR)(p))
#define PtrToLong(p)        ((LONG)(LONG_PTR)(p))
#define PtrToUint(p)        ((UINT)(UINT_PTR)(p))
#define PtrToInt(p)         ((INT)(INT_PTR)(p))
#define PtrToUshort(p)      ((USHORT)(ULONG_PTR)(p))
#define PtrToShort(p)       ((SHORT)(LONG_PTR)(p))
#define HandleToULong(h)    ((ULONG)(ULONG_PTR)(h))
#define HandleToUlong(h)    ((ULONG)(ULONG_PTR)(h))
#define HandleToLong(h)     ((LONG)(LONG_PTR)(h))
#define HandleToHandle32(h) ((ULONG)(ULONG_PTR)(h))
#define ULongToPtr(n)       ((PVOID)(ULONG_PTR)(ULONG)(n))
#define UlongToPtr(n)       ((PVOID)(ULONG_PTR)(ULONG)(n))
#define UIntToPtr(n)        ((PVOID)(UINT_PTR)(UINT)(n))
#define UintToPtr(n)        ((PVOID)(UINT_PTR)(UINT)(n))
#define LongToPtr(n)        ((PVOID)(LONG_PTR)(LONG)(n))
#define IntToPtr(n)         ((PVOID)(INT_PTR)(INT)(n))
#define ULongToHandle(n)    ((HANDLE)(ULONG_PTR)(ULONG)(n))
#define UlongToHandle(n)    ((HANDLE)(ULONG_PTR)(ULONG)(n))
#define LongToHandle(n)     ((HANDLE)(LONG_PTR)(LONG)(n))
#define Handle32ToHandle(n) ((HANDLE)(LONG_PTR)(LONG)(n))
#define Ptr64ToPtr(p)       ((PVOID)(p))
#define PtrToPtr64(p)       ((PVOID)(p))
#define HandleToHandle64(h) ((PVOID)(h))
#define Handle64ToHandle(h) ((HANDLE)(h))

#ifdef __cplusplus
#define C_ASSERT(condition) static_assert((condition), #condition)
#else
#define C_ASSERT(condition) _Static_assert((condition), #condition)
#endif
#define C_ASSERT_FIELD(type, field, offset) C_ASSERT(offsetof(type, field) == (offset))

/* Counted strings out of literals; the wide ones need -fshort-wchar. */
#define RTL_CONSTANT_STRING(Text)                                                                  \
    {                                                                                              \
        sizeof(Text) - sizeof((Text)[0]), sizeof(Text), (Text)                                     \
    }
#define DECLARE_CONST_UNICODE_STRING(Name, Text)                                                   \
    const WCHAR Name##_buffer[] = Text;                                                            \
    const UNICODE_STRING Name = {sizeof(Text) - sizeof(WCHAR), sizeof(Text), (PWCH)Name##_buffer}
#define DECLARE_GLOBAL_CONST_UNICODE_STRING(Name, Text)                                            \
    extern const UNICODE_STRING Name;                                                              \
    DECLSPEC_SELECTANY const WCHAR Name##_buffer[] = Text;                                         \
    DECLSPEC_SELECTANY const UNICODE_STRING Name = {sizeof(Text) - sizeof(WCHAR), sizeof(Text),    \
                                                    (PWCH)Name##_buffer}
#define DECLARE_STATIC_CONST_UNICODE_STRING(Name, Text)                                            \
    static const WCHAR Name##_buffer[] = Text;                                                     \
    static const UNICODE_STRING Name = {sizeof(Text) - sizeof(WCHAR), sizeof(Text),                \
                                        (PWCH)Name##_buffer}
#define DECLARE_UNICODE_STRING_SIZE(Name, Letters)                                                 \
    WCHAR Name##_buffer[Letters];                                                                  \
    UNICODE_STRING Name = {0, (Letters) * sizeof(WCHAR), Name##_buffer}

#ifdef __cplusplus
#define DEFINE_ENUM_FLAG_OPERATORS(Type)                                                           \
    inline Type operator|(Type a, Type b)                                                          \
    {                                                                                              \
        return (Type)((int)a | (int)b);                                                            \
    }                                                                                              \
    inline Type operator&(Type a, Type b)                                                          \
    {                                                                                              \
        return (Type)((int)a & (int)b);                                                            \
    }                                                                                              \
    inline Type operator~(Type a)                                                                  \
    {                                                                                              \
        return (Type)(~(int)a);                                                                    \
    }                                                                                              \
    inline Type &operator|=(Type &a, Type b)                                                       \
    {                                                                                              \
        return a = a | b;                                                                          \
    }                                                                                              \
    inline Type &operator&=(Type &a, Type b)                                                       \
    {                                                                                              \
        return a = a & b;                                                                          \
    }
#else
#define DEFINE_ENUM_FLAG_OPERATORS(Type)
#endif

#endif
