#include "tests/expect.h"

#include "expool/processor.h"

#include <unistd.h>

TEST(the_counts_agree)
{
    KAFFINITY mask = 0;
    ULONG count = KeQueryActiveProcessorCount(&mask);
    EXPECT_EQUAL(KeQueryActiveProcessorCountEx(ALL_PROCESSOR_GROUPS),
                 (ULONG)sysconf(_SC_NPROCESSORS_ONLN));
    EXPECT_EQUAL(__builtin_popcountll(mask), count);
    EXPECT_EQUAL(KeQueryActiveProcessors(), mask);
    EXPECT_EQUAL(KeQueryActiveProcessorCountEx(0), count);
    EXPECT_EQUAL(KeQueryActiveProcessorCountEx(KeQueryActiveGroupCount()), 0);
    EXPECT(KeQueryMaximumProcessorCount() >= count);
    EXPECT(KeQueryMaximumProcessorCountEx(0) >= count);
    EXPECT(KeQueryMaximumGroupCount() >= KeQueryActiveGroupCount());
}

TEST(the_current_one_is_one_of_them)
{
    PROCESSOR_NUMBER number;
    EXPECT(KeGetCurrentProcessorNumber() < KeQueryActiveProcessorCount(NULL));
    ULONG index = KeGetCurrentProcessorNumberEx(&number);
    EXPECT(index < KeQueryActiveProcessorCountEx(ALL_PROCESSOR_GROUPS));
    EXPECT_EQUAL(number.Group * 64u + number.Number, index);
    EXPECT(KeGetCurrentProcessorNumberEx(NULL) < KeQueryActiveProcessorCountEx(0xffff));
}

TESTS_MAIN("processor")
