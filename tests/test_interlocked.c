#include "tests/expect.h"
#include "tests/threads.h"

#include "expool/interlocked.h"

enum { THREADS = 4, ROUNDS = 20000 };

/* One row a width: what each routine returns, and what it leaves. */
#define WIDTH(Suffix, Type)                                                                        \
    do {                                                                                           \
        volatile Type value = 5;                                                                   \
        EXPECT_EQUAL(InterlockedExchange##Suffix(&value, 12), 5);                                  \
        EXPECT_EQUAL(InterlockedCompareExchange##Suffix(&value, 99, 11), 12);                      \
        EXPECT_EQUAL(InterlockedCompareExchange##Suffix(&value, 13, 12), 12);                      \
        EXPECT_EQUAL(InterlockedExchangeAdd##Suffix(&value, 2), 13);                               \
        EXPECT_EQUAL(InterlockedAnd##Suffix(&value, 6), 15);                                       \
        EXPECT_EQUAL(InterlockedOr##Suffix(&value, 1), 6);                                         \
        EXPECT_EQUAL(InterlockedXor##Suffix(&value, 2), 7);                                        \
        EXPECT_EQUAL(value, 5);                                                                    \
    } while (0)

#define COUNT(Suffix, Type)                                                                        \
    do {                                                                                           \
        volatile Type value = 5;                                                                   \
        EXPECT_EQUAL(InterlockedIncrement##Suffix(&value), 6);                                     \
        EXPECT_EQUAL(InterlockedDecrement##Suffix(&value), 5);                                     \
    } while (0)

TEST(each_width_returns_what_its_name_says)
{
    WIDTH(8, CHAR);
    WIDTH(16, SHORT);
    WIDTH(, LONG);
    WIDTH(64, LONG64);
    COUNT(16, SHORT);
    COUNT(, LONG);
    COUNT(64, LONG64);
}

TEST(adding_returns_the_new_value)
{
    volatile LONG small = 5;
    volatile LONG64 large = 0xffffffff;
    LARGE_INTEGER counter = {.QuadPart = 0xffffffff};
    EXPECT_EQUAL(InterlockedAdd(&small, -7), -2);
    EXPECT_EQUAL(InterlockedAdd64(&large, 1), 0x100000000);
    InterlockedAddLargeStatistic(&counter, 2);
    EXPECT_EQUAL(counter.QuadPart, 0x100000001);
}

TEST(a_bit_is_told_as_it_was)
{
    volatile LONG bits = 4;
    EXPECT(InterlockedBitTestAndComplement(&bits, 2));
    EXPECT(!InterlockedBitTestAndComplement(&bits, 31));
    EXPECT_EQUAL((ULONG)bits, 0x80000000);
    EXPECT(InterlockedBitTestAndReset(&bits, 31) && !InterlockedBitTestAndSet(&bits, 0));
    EXPECT_EQUAL(bits, 1);
}

static volatile SHORT narrow;
static volatile LONG64 wide;

static void *count(void *nothing)
{
    for (unsigned i = 0; i < ROUNDS; i++) {
        InterlockedIncrement16(&narrow);
        InterlockedExchangeAdd64(&wide, 0x100000001);
    }
    return nothing;
}

TEST(no_count_is_lost_between_threads)
{
    pthread_t threads[THREADS];
    for (unsigned i = 0; i < THREADS; i++)
        threads[i] = start(count, NULL);
    for (unsigned i = 0; i < THREADS; i++)
        joined(threads[i]);
    EXPECT_EQUAL((USHORT)narrow, (USHORT)(THREADS * ROUNDS));
    EXPECT_EQUAL(wide, 0x100000001 * THREADS * ROUNDS);
}

TESTS_MAIN("interlocked")
