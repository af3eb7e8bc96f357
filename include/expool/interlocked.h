/* expool/interlocked.h - atomic operations, full barriers, any IRQL on resident memory. Each
 * returns what its name says: Increment, Decrement, Add the new value; the others the old. [D] */
#ifndef EXPOOL_INTERLOCKED_H
#define EXPOOL_INTERLOCKED_H

#include "expool/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One row makes the routines of one width; suffixes as Windows has them. */
#define EXPOOL_INTERLOCKED(Suffix, Type)                                                           \
    FORCEINLINE Type InterlockedExchange##Suffix(volatile Type *Target, Type Value)                \
    {                                                                                              \
        return __atomic_exchange_n(Target, Value, __ATOMIC_SEQ_CST);                               \
    }                                                                                              \
    FORCEINLINE Type InterlockedCompareExchange##Suffix(volatile Type *Target, Type Value,         \
                                                        Type Comparand)                            \
    {                                                                                              \
        __atomic_compare_exchange_n(Target, &Comparand, Value, 0, __ATOMIC_SEQ_CST,                \
                                    __ATOMIC_SEQ_CST);                                             \
        return Comparand;                                                                          \
    }                                                                                              \
    FORCEINLINE Type InterlockedExchangeAdd##Suffix(volatile Type *Target, Type Value)             \
    {                                                                                              \
        return __atomic_fetch_add(Target, Value, __ATOMIC_SEQ_CST);                                \
    }                                                                                              \
    FORCEINLINE Type InterlockedAnd##Suffix(volatile Type *Target, Type Value)                     \
    {                                                                                              \
        return __atomic_fetch_and(Target, Value, __ATOMIC_SEQ_CST);                                \
    }                                                                                              \
    FORCEINLINE Type InterlockedOr##Suffix(volatile Type *Target, Type Value)                      \
    {                                                                                              \
        return __atomic_fetch_or(Target, Value, __ATOMIC_SEQ_CST);                                 \
    }                                                                                              \
    FORCEINLINE Type InterlockedXor##Suffix(volatile Type *Target, Type Value)                     \
    {                                                                                              \
        return __atomic_fetch_xor(Target, Value, __ATOMIC_SEQ_CST);                                \
    }
#define EXPOOL_INTERLOCKED_COUNT(Suffix, Type)                                                     \
    FORCEINLINE Type InterlockedIncrement##Suffix(volatile Type *Target)                           \
    {                                                                                              \
        return __atomic_add_fetch(Target, (Type)1, __ATOMIC_SEQ_CST);                              \
    }                                                                                              \
    FORCEINLINE Type InterlockedDecrement##Suffix(volatile Type *Target)                           \
    {                                                                                              \
        return __atomic_sub_fetch(Target, (Type)1, __ATOMIC_SEQ_CST);                              \
    }

EXPOOL_INTERLOCKED(8, CHAR)
EXPOOL_INTERLOCKED(16, SHORT)
EXPOOL_INTERLOCKED(, LONG)
EXPOOL_INTERLOCKED(64, LONG64)
EXPOOL_INTERLOCKED_COUNT(16, SHORT)
EXPOOL_INTERLOCKED_COUNT(, LONG)
EXPOOL_INTERLOCKED_COUNT(64, LONG64)
#undef EXPOOL_INTERLOCKED
#undef EXPOOL_INTERLOCKED_COUNT

/* The new value. */
FORCEINLINE LONG InterlockedAdd(volatile LONG *Target, LONG Value)
{
    return __atomic_add_fetch(Target, Value, __ATOMIC_SEQ_CST);
}

FORCEINLINE LONG64 InterlockedAdd64(volatile LONG64 *Target, LONG64 Value)
{
    return __atomic_add_fetch(Target, Value, __ATOMIC_SEQ_CST);
}

FORCEINLINE PVOID InterlockedExchangePointer(PVOID volatile *Target, PVOID Value)
{
    return __atomic_exchange_n(Target, Value, __ATOMIC_SEQ_CST);
}

FORCEINLINE PVOID InterlockedCompareExchangePointer(PVOID volatile *Target, PVOID Value,
                                                    PVOID Comparand)
{
    __atomic_compare_exchange_n(Target, &Comparand, Value, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
    return Comparand;
}

/* The bit before; Bit 0 to 31, 0 to 63. */
FORCEINLINE BOOLEAN InterlockedBitTestAndSet(volatile LONG *Base, LONG Bit)
{
    ULONG mask = (ULONG)1 << (Bit & 31);
    return (BOOLEAN)(((ULONG)__atomic_fetch_or(Base, (LONG)mask, __ATOMIC_SEQ_CST) & mask) != 0);
}

FORCEINLINE BOOLEAN InterlockedBitTestAndReset(volatile LONG *Base, LONG Bit)
{
    ULONG mask = (ULONG)1 << (Bit & 31);
    return (BOOLEAN)(((ULONG)__atomic_fetch_and(Base, (LONG)~mask, __ATOMIC_SEQ_CST) & mask) != 0);
}

FORCEINLINE BOOLEAN InterlockedBitTestAndComplement(volatile LONG *Base, LONG Bit)
{
    ULONG mask = (ULONG)1 << (Bit & 31);
    return (BOOLEAN)(((ULONG)__atomic_fetch_xor(Base, (LONG)mask, __ATOMIC_SEQ_CST) & mask) != 0);
}

/* A counter that is only read for statistics: atomic, no order. */
FORCEINLINE VOID InterlockedAddLargeStatistic(PLARGE_INTEGER Addend, ULONG Increment)
{
    (void)__atomic_fetch_add(&Addend->QuadPart, (LONGLONG)Increment, __ATOMIC_RELAXED);
}

#ifdef __cplusplus
}
#endif

#define InterlockedIncrementAcquire(Target)              InterlockedIncrement(Target)
#define InterlockedIncrementRelease(Target)              InterlockedIncrement(Target)
#define InterlockedIncrementNoFence(Target)              InterlockedIncrement(Target)
#define InterlockedDecrementAcquire(Target)              InterlockedDecrement(Target)
#define InterlockedDecrementRelease(Target)              InterlockedDecrement(Target)
#define InterlockedDecrementNoFence(Target)              InterlockedDecrement(Target)
#define InterlockedIncrementNoFence64(Target)            InterlockedIncrement64(Target)
#define InterlockedDecrementNoFence64(Target)            InterlockedDecrement64(Target)
#define InterlockedExchangeAcquire(Target, Value)        InterlockedExchange(Target, Value)
#define InterlockedExchangeNoFence(Target, Value)        InterlockedExchange(Target, Value)
#define InterlockedCompareExchangeAcquire(T, Value, Old) InterlockedCompareExchange(T, Value, Old)
#define InterlockedCompareExchangeRelease(T, Value, Old) InterlockedCompareExchange(T, Value, Old)
#define InterlockedCompareExchangeNoFence(T, Value, Old) InterlockedCompareExchange(T, Value, Old)
#define InterlockedExchangeAddNoFence(Target, Value)     InterlockedExchangeAdd(Target, Value)
#define InterlockedExchangeAddSizeT(Target, Value)                                                 \
    ((SIZE_T)InterlockedExchangeAdd64((volatile LONG64 *)(Target), (LONG64)(Value)))
#define InterlockedIncrementSizeT(Target)                                                          \
    ((SIZE_T)InterlockedIncrement64((volatile LONG64 *)(Target)))
#define InterlockedDecrementSizeT(Target)                                                          \
    ((SIZE_T)InterlockedDecrement64((volatile LONG64 *)(Target)))
#define InterlockedSetBit(Base, Bit)   InterlockedBitTestAndSet(Base, Bit)
#define InterlockedClearBit(Base, Bit) InterlockedBitTestAndReset(Base, Bit)

#define KeMemoryBarrier()                   __atomic_thread_fence(__ATOMIC_SEQ_CST)
#define KeMemoryBarrierWithoutFence()       __atomic_signal_fence(__ATOMIC_SEQ_CST)
#define MemoryBarrier()                     __atomic_thread_fence(__ATOMIC_SEQ_CST)
#define ReadAcquire(Source)                 __atomic_load_n((Source), __ATOMIC_ACQUIRE)
#define ReadNoFence(Source)                 __atomic_load_n((Source), __ATOMIC_RELAXED)
#define ReadRaw(Source)                     (*(Source))
#define WriteRelease(To, Value)             __atomic_store_n((To), (Value), __ATOMIC_RELEASE)
#define WriteNoFence(To, Value)             __atomic_store_n((To), (Value), __ATOMIC_RELAXED)
#define ReadPointerAcquire(Source)          ReadAcquire(Source)
#define ReadPointerNoFence(Source)          ReadNoFence(Source)
#define WritePointerRelease(Destination, V) WriteRelease(Destination, V)
#define WritePointerNoFence(Destination, V) WriteNoFence(Destination, V)
#define ReadULongAcquire(Source)            ReadAcquire(Source)
#define ReadULongNoFence(Source)            ReadNoFence(Source)
#define ReadULong64Acquire(Source)          ReadAcquire(Source)
#define ReadULong64NoFence(Source)          ReadNoFence(Source)
#define WriteULongRelease(Destination, V)   WriteRelease(Destination, V)
#define WriteULongNoFence(Destination, V)   WriteNoFence(Destination, V)

#endif
