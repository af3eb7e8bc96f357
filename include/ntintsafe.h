/* ntintsafe.h - arithmetic and conversions that say when a number does not fit.
 *   RtlULongAdd(a, b, &sum)   RtlSizeTMult(a, b, &product)   RtlSizeTToULong(n, &result)
 * Add, Sub and Mult for each type of the table below, and a conversion from each to each. What does
 * not fit is STATUS_INTEGER_OVERFLOW, and the result all ones (0 for CHAR). Any IRQL. [D] */
#ifndef EXPOOL_NTINTSAFE_H
#define EXPOOL_NTINTSAFE_H

#include "expool/status.h"

#define INT8_ERROR      ((INT8)-1)
#define UINT8_ERROR     0xff
#define BYTE_ERROR      0xff
#define UCHAR_ERROR     0xff
#define CHAR_ERROR      '\0'
#define SHORT_ERROR     ((SHORT)-1)
#define USHORT_ERROR    0xffff
#define WORD_ERROR      USHORT_ERROR
#define INT_ERROR       (-1)
#define UINT_ERROR      0xffffffffU
#define LONG_ERROR      (-1)
#define ULONG_ERROR     0xffffffffU
#define DWORD_ERROR     ULONG_ERROR
#define LONGLONG_ERROR  ((LONGLONG)-1)
#define ULONGLONG_ERROR MAXULONGLONG
#define LONG_PTR_ERROR  ((LONG_PTR)-1)
#define ULONG_PTR_ERROR MAXULONG_PTR
#define DWORD_PTR_ERROR ULONG_PTR_ERROR
#define SIZE_T_ERROR    MAXSIZE_T
#define SSIZE_T_ERROR   ((SSIZE_T)-1)

#ifdef __cplusplus
extern "C" {
#endif

FORCEINLINE NTSTATUS expool_fits(int Overflows)
{
    return Overflows ? STATUS_INTEGER_OVERFLOW : STATUS_SUCCESS;
}

#define EXPOOL_ARITHMETIC(Name, Type, What, Operation)                                             \
    FORCEINLINE NTSTATUS Rtl##Name##What(Type First, Type Second, Type *Result)                    \
    {                                                                                              \
        int overflows = Operation(First, Second, Result);                                          \
        if (overflows)                                                                             \
            *Result = (Type)-1;                                                                    \
        return expool_fits(overflows);                                                             \
    }
#define EXPOOL_CONVERSION(From, FromType, Into, ToType)                                            \
    FORCEINLINE NTSTATUS Rtl##From##To##Into(FromType Operand, ToType *Result)                     \
    {                                                                                              \
        int overflows = __builtin_add_overflow(Operand, (FromType)0, Result);                      \
        if (overflows)                                                                             \
            *Result = sizeof(#Into) == 5 && #Into[0] == 'C' ? 0 : (ToType)-1;                      \
        return expool_fits(overflows);                                                             \
    }
#define EXPOOL_INTEGER(To, ToType)                                                                 \
    EXPOOL_ARITHMETIC(To, ToType, Add, __builtin_add_overflow)                                     \
    EXPOOL_ARITHMETIC(To, ToType, Sub, __builtin_sub_overflow)                                     \
    EXPOOL_ARITHMETIC(To, ToType, Mult, __builtin_mul_overflow)                                    \
    EXPOOL_CONVERSION(Int8, INT8, To, ToType)                                                      \
    EXPOOL_CONVERSION(UInt8, UINT8, To, ToType)                                                    \
    EXPOOL_CONVERSION(Char, CHAR, To, ToType)                                                      \
    EXPOOL_CONVERSION(UChar, UCHAR, To, ToType)                                                    \
    EXPOOL_CONVERSION(Byte, BYTE, To, ToType)                                                      \
    EXPOOL_CONVERSION(Short, SHORT, To, ToType)                                                    \
    EXPOOL_CONVERSION(UShort, USHORT, To, ToType)                                                  \
    EXPOOL_CONVERSION(Word, WORD, To, ToType)                                                      \
    EXPOOL_CONVERSION(Int16, INT16, To, ToType)                                                    \
    EXPOOL_CONVERSION(UInt16, UINT16, To, ToType)                                                  \
    EXPOOL_CONVERSION(Int, INT, To, ToType)                                                        \
    EXPOOL_CONVERSION(UInt, UINT, To, ToType)                                                      \
    EXPOOL_CONVERSION(Int32, INT32, To, ToType)                                                    \
    EXPOOL_CONVERSION(UInt32, UINT32, To, ToType)                                                  \
    EXPOOL_CONVERSION(Long, LONG, To, ToType)                                                      \
    EXPOOL_CONVERSION(ULong, ULONG, To, ToType)                                                    \
    EXPOOL_CONVERSION(DWord, DWORD, To, ToType)                                                    \
    EXPOOL_CONVERSION(LongLong, LONGLONG, To, ToType)                                              \
    EXPOOL_CONVERSION(ULongLong, ULONGLONG, To, ToType)                                            \
    EXPOOL_CONVERSION(DWordLong, DWORDLONG, To, ToType)                                            \
    EXPOOL_CONVERSION(Int64, INT64, To, ToType)                                                    \
    EXPOOL_CONVERSION(UInt64, UINT64, To, ToType)                                                  \
    EXPOOL_CONVERSION(Long64, LONG64, To, ToType)                                                  \
    EXPOOL_CONVERSION(ULong64, ULONG64, To, ToType)                                                \
    EXPOOL_CONVERSION(IntPtr, INT_PTR, To, ToType)                                                 \
    EXPOOL_CONVERSION(UIntPtr, UINT_PTR, To, ToType)                                               \
    EXPOOL_CONVERSION(LongPtr, LONG_PTR, To, ToType)                                               \
    EXPOOL_CONVERSION(ULongPtr, ULONG_PTR, To, ToType)                                             \
    EXPOOL_CONVERSION(DWordPtr, DWORD_PTR, To, ToType)                                             \
    EXPOOL_CONVERSION(SizeT, SIZE_T, To, ToType)                                                   \
    EXPOOL_CONVERSION(SSizeT, SSIZE_T, To, ToType)                                                 \
    EXPOOL_CONVERSION(PtrdiffT, ptrdiff_t, To, ToType)

EXPOOL_INTEGER(Int8, INT8)
EXPOOL_INTEGER(UInt8, UINT8)
EXPOOL_INTEGER(Char, CHAR)
EXPOOL_INTEGER(UChar, UCHAR)
EXPOOL_INTEGER(Byte, BYTE)
EXPOOL_INTEGER(Short, SHORT)
EXPOOL_INTEGER(UShort, USHORT)
EXPOOL_INTEGER(Word, WORD)
EXPOOL_INTEGER(Int16, INT16)
EXPOOL_INTEGER(UInt16, UINT16)
EXPOOL_INTEGER(Int, INT)
EXPOOL_INTEGER(UInt, UINT)
EXPOOL_INTEGER(Int32, INT32)
EXPOOL_INTEGER(UInt32, UINT32)
EXPOOL_INTEGER(Long, LONG)
EXPOOL_INTEGER(ULong, ULONG)
EXPOOL_INTEGER(DWord, DWORD)
EXPOOL_INTEGER(LongLong, LONGLONG)
EXPOOL_INTEGER(ULongLong, ULONGLONG)
EXPOOL_INTEGER(DWordLong, DWORDLONG)
EXPOOL_INTEGER(Int64, INT64)
EXPOOL_INTEGER(UInt64, UINT64)
EXPOOL_INTEGER(Long64, LONG64)
EXPOOL_INTEGER(ULong64, ULONG64)
EXPOOL_INTEGER(IntPtr, INT_PTR)
EXPOOL_INTEGER(UIntPtr, UINT_PTR)
EXPOOL_INTEGER(LongPtr, LONG_PTR)
EXPOOL_INTEGER(ULongPtr, ULONG_PTR)
EXPOOL_INTEGER(DWordPtr, DWORD_PTR)
EXPOOL_INTEGER(SizeT, SIZE_T)
EXPOOL_INTEGER(SSizeT, SSIZE_T)
EXPOOL_INTEGER(PtrdiffT, ptrdiff_t)
#undef EXPOOL_INTEGER
#undef EXPOOL_CONVERSION
#undef EXPOOL_ARITHMETIC

#ifdef __cplusplus
}
#endif
#endif
