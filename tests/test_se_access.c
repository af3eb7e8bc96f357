#include "tests/expect.h"

#include <wdm.h>

#include "expool/access.h"

static GENERIC_MAPPING mapping = {FILE_GENERIC_READ, FILE_GENERIC_WRITE, FILE_GENERIC_EXECUTE,
                                  FILE_ALL_ACCESS};

TEST(everything_asked_for_is_granted)
{
    SECURITY_SUBJECT_CONTEXT subject;
    ACCESS_MASK granted = 0;
    NTSTATUS status = STATUS_ACCESS_DENIED;
    SeCaptureSubjectContext(&subject);
    EXPECT(subject.PrimaryToken != NULL && subject.ClientToken == NULL);
    SeLockSubjectContext(&subject);
    EXPECT(SeAccessCheck(NULL, &subject, TRUE, GENERIC_WRITE, DELETE, NULL, &mapping, UserMode,
                         &granted, &status));
    EXPECT_EQUAL(granted, FILE_GENERIC_WRITE | DELETE);
    EXPECT_EQUAL(status, 0);
    EXPECT(SeAccessCheck(NULL, &subject, TRUE, MAXIMUM_ALLOWED, 0, NULL, &mapping, UserMode,
                         &granted, &status));
    EXPECT_EQUAL(granted, FILE_ALL_ACCESS);
    SeUnlockSubjectContext(&subject);
    SeReleaseSubjectContext(&subject);
    EXPECT(subject.PrimaryToken == NULL);
}

TEST(every_privilege_is_held)
{
    LUID debug = RtlConvertLongToLuid(SE_DEBUG_PRIVILEGE);
    LUID same = RtlConvertUlongToLuid(20);
    EXPECT(SeSinglePrivilegeCheck(debug, UserMode));
    EXPECT(RtlEqualLuid(&debug, &same));
}

TESTS_MAIN("se_access")
