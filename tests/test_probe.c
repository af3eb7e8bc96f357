#include "tests/verified.h"

TEST(a_probe_of_good_memory_is_made)
{
    unsigned char byte = 5;
    unsigned char seen = 0;
    EXPECT(expool_probe_read(&byte, &seen));
    EXPECT_EQUAL(seen, 5);
    EXPECT(expool_probe_write(&byte, 9));
    EXPECT_EQUAL(byte, 9);
    byte = 0xff;
    EXPECT(expool_probe_read(&byte, &seen));
    EXPECT_EQUAL(seen, 0xff);
}

TEST(a_refused_probe_resumes_and_says_so)
{
    verified("");
    unsigned char *block = nonpaged(64);
    EXPECT_EQUAL(touch(block + 64, false), 0xD6);
    EXPECT_EQUAL(passed.last.parameter[1], 0);
    EXPECT_EQUAL(touch(block + 64, true), 0xD6);
    EXPECT_EQUAL(passed.last.parameter[1], 1);
    EXPECT_EQUAL(touch(block + 63, true), 0);
    ExFreePool(block);
}

TEST(many_probes_in_a_row_are_all_refused)
{
    verified("");
    unsigned char *block = nonpaged(64);
    ExFreePool(block);
    for (unsigned i = 0; i < 1000; i++)
        EXPECT_EQUAL(touch(block + i % 64, i % 2 == 0), 0xD5);
}

TESTS_MAIN("probe")
