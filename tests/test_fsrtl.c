#include "tests/expect.h"

#include <wdm.h>

TEST(exceptions_of_a_broken_system_are_not_expected)
{
    EXPECT(!FsRtlIsNtstatusExpected(STATUS_ACCESS_VIOLATION));
    EXPECT(FsRtlIsNtstatusExpected(STATUS_DEVICE_NOT_READY));
    EXPECT_EQUAL(FsRtlNormalizeNtstatus(STATUS_ACCESS_VIOLATION, STATUS_UNSUCCESSFUL),
                 STATUS_UNSUCCESSFUL);
    EXPECT_EQUAL(FsRtlNormalizeNtstatus(STATUS_DEVICE_NOT_READY, STATUS_UNSUCCESSFUL),
                 STATUS_DEVICE_NOT_READY);
}

TEST(a_file_system_is_entered_as_a_critical_region)
{
    FsRtlEnterFileSystem();
    EXPECT(KeAreApcsDisabled());
    FsRtlExitFileSystem();
    EXPECT(!KeAreApcsDisabled());
}

TESTS_MAIN("fsrtl")
