/* expool/intrin.h - the routines that Microsoft's compiler has built in, and the bit counters of
 * Rtl. Any IRQL. Bit numbers count from the lowest. */
#ifndef EXPOOL_INTRIN_H
#define EXPOOL_INTRIN_H

#include "expool/interlocked.h"

#ifdef __cplusplus
extern "C" {
#endif

FORCEINLINE UCHAR expool_bit_scan_forward(ULONG *Index, ULONG64 Mask)
{
    if (Mask == 0)
        return 0;
    *Index = (ULONG)__builtin_ctzll(Mask);
    return 1;
}

FORCEINLINE UCHAR expool_bit_scan_reverse(ULONG *Index, ULONG64 Mask)
{
    if (Mask == 0)
        return 0;
    *Index = 63 - (ULONG)__builtin_clzll(Mask);
    return 1;
}

/* 0 and *Index as it was for a mask of 0. */
#define _BitScanForward(Index, Mask)   expool_bit_scan_forward((Index), (ULONG)(Mask))
#define _BitScanReverse(Index, Mask)   expool_bit_scan_reverse((Index), (ULONG)(Mask))
#define _BitScanForward64(Index, Mask) expool_bit_scan_forward((Index), (Mask))
#define _BitScanReverse64(Index, Mask) expool_bit_scan_reverse((Index), (Mask))
#define BitScanForward(Index, Mask)    _BitScanForward(Index, Mask)
#define BitScanReverse(Index, Mask)    _BitScanReverse(Index, Mask)
#define BitScanForward64(Index, Mask)  _BitScanForward64(Index, Mask)
#define BitScanReverse64(Index, Mask)  _BitScanReverse64(Index, Mask)

#define _byteswap_ushort(n)     __builtin_bswap16(n)
#define _byteswap_ulong(n)      __builtin_bswap32(n)
#define _byteswap_uint64(n)     __builtin_bswap64(n)
#define RtlUshortByteSwap(n)    ((USHORT)__builtin_bswap16((USHORT)(n)))
#define RtlUlongByteSwap(n)     ((ULONG)__builtin_bswap32((ULONG)(n)))
#define RtlUlonglongByteSwap(n) ((ULONGLONG)__builtin_bswap64((ULONGLONG)(n)))
#define PopulationCount64(n)    ((ULONG64)__builtin_popcountll(n))
#define RotateLeft32(n, by)     ((ULONG)(((ULONG)(n) << ((by)&31)) | ((ULONG)(n) >> (-(by)&31))))
#define RotateRight32(n, by)    ((ULONG)(((ULONG)(n) >> ((by)&31)) | ((ULONG)(n) << (-(by)&31))))
#define RotateLeft64(n, by)     (((ULONG64)(n) << ((by)&63)) | ((ULONG64)(n) >> (-(by)&63)))
#define RotateRight64(n, by)    (((ULONG64)(n) >> ((by)&63)) | ((ULONG64)(n) << (-(by)&63)))
#define _rotl(n, by)            RotateLeft32(n, by)
#define _rotr(n, by)            RotateRight32(n, by)
#define _rotl64(n, by)          RotateLeft64(n, by)
#define _rotr64(n, by)          RotateRight64(n, by)

#define _ReturnAddress()                  __builtin_return_address(0)
#define _AddressOfReturnAddress()         ((PVOID)((PVOID *)__builtin_frame_address(0) + 1))
#define YieldProcessor()                  __builtin_ia32_pause()
#define _mm_pause()                       __builtin_ia32_pause()
#define _ReadWriteBarrier()               __atomic_signal_fence(__ATOMIC_SEQ_CST)
#define _ReadBarrier()                    __atomic_signal_fence(__ATOMIC_SEQ_CST)
#define _WriteBarrier()                   __atomic_signal_fence(__ATOMIC_SEQ_CST)
#define _mm_mfence()                      __atomic_thread_fence(__ATOMIC_SEQ_CST)
#define __debugbreak()                    __builtin_trap()
#define ReadTimeStampCounter()            ((ULONG64)__builtin_ia32_rdtsc())
#define __rdtsc()                         ((ULONG64)__builtin_ia32_rdtsc())
#define PreFetchCacheLine(level, address) __builtin_prefetch(address)
#define PrefetchForWrite(address)         __builtin_prefetch((const void *)(address), 1)
#define FastFence()                       __atomic_thread_fence(__ATOMIC_SEQ_CST)
#define LoadFence()                       __atomic_thread_fence(__ATOMIC_ACQUIRE)
#define MemoryFence()                     __atomic_thread_fence(__ATOMIC_SEQ_CST)
#define StoreFence()                      __atomic_thread_fence(__ATOMIC_RELEASE)

#define _InterlockedIncrement(Target)                InterlockedIncrement(Target)
#define _InterlockedDecrement(Target)                InterlockedDecrement(Target)
#define _InterlockedIncrement64(Target)              InterlockedIncrement64(Target)
#define _InterlockedDecrement64(Target)              InterlockedDecrement64(Target)
#define _InterlockedExchange(Target, Value)          InterlockedExchange(Target, Value)
#define _InterlockedExchange64(Target, Value)        InterlockedExchange64(Target, Value)
#define _InterlockedExchangeAdd(Target, Value)       InterlockedExchangeAdd(Target, Value)
#define _InterlockedExchangeAdd64(Target, Value)     InterlockedExchangeAdd64(Target, Value)
#define _InterlockedCompareExchange(T, Value, Old)   InterlockedCompareExchange(T, Value, Old)
#define _InterlockedCompareExchange64(T, Value, Old) InterlockedCompareExchange64(T, Value, Old)
#define _InterlockedAnd(Target, Value)               InterlockedAnd(Target, Value)
#define _InterlockedOr(Target, Value)                InterlockedOr(Target, Value)
#define _InterlockedXor(Target, Value)               InterlockedXor(Target, Value)
#define _interlockedbittestandset(Base, Bit)         InterlockedBitTestAndSet(Base, Bit)
#define _interlockedbittestandreset(Base, Bit)       InterlockedBitTestAndReset(Base, Bit)

#ifdef __cplusplus
}
#endif
#endif
