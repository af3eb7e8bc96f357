#include "tests/verified.h"

#include "expool/system_information.h"

static ULONG special_tag(void)
{
    SYSTEM_SPECIAL_POOL_INFORMATION special = {0};
    EXPECT_EQUAL(
        ZwQuerySystemInformation(SystemSpecialPoolInformation, &special, sizeof special, NULL), 0);
    return special.PoolTag;
}

TEST(special_pool_is_told_while_the_verifier_is_on_however_it_was_started)
{
    EXPECT_EQUAL(special_tag(), 0);
    verified("leaks=off");
    EXPECT_EQUAL(special_tag(), '*');
    expool_verifier_stop();
    EXPECT_EQUAL(special_tag(), 0);
}

TESTS_MAIN("system_information_verified")
