#include "tests/child.h"
#include "tests/verified.h"

#include "expool/pool_parameter.h"

static void ask_wrongly(void)
{
    verified("tier=mprotect");
    for (volatile unsigned i = 0; i < 3; i++) /* volatile: one call, not three in a row */
        EXPECT(ExAllocatePool2((POOL_FLAGS)PagedPool, 32, TAG) == NULL);
    EXPECT(ExAllocatePool3((POOL_FLAGS)NonPagedPoolNx, 32, TAG, NULL, 0) == NULL);
    EXPECT(ExAllocatePool2(0x800, 32, TAG) == NULL); /* no POOL_TYPE */
}

static void ask_wrongly_in_plain_mode(void)
{
    EXPECT(ExAllocatePool2((POOL_FLAGS)PagedPool, 32, TAG) == NULL);
}

static unsigned times(const char *text, const char *part)
{
    unsigned count = 0;
    for (const char *at = strstr(text, part); at != NULL; at = strstr(at + 1, part))
        count++;
    return count;
}

TEST(a_pool_type_as_flags_is_named_once_for_each_place)
{
    struct child child = child_run(ask_wrongly);
    EXPECT_EQUAL(child.exit_code, 0);
    EXPECT_TEXT(child.text, "PagedPool (1) is a POOL_TYPE");
    EXPECT_TEXT(child.text, "NonPagedPoolNx (512) is a POOL_TYPE");
    EXPECT_TEXT(child.text, "ask_wrongly, ");
    EXPECT_EQUAL(times(child.text, "is a POOL_TYPE"), 2);
}

TEST(without_the_verifier_nothing_is_said)
{
    struct child child = child_run(ask_wrongly_in_plain_mode);
    EXPECT_EQUAL(child.exit_code, 0);
    EXPECT_EQUAL(times(child.text, "POOL_TYPE"), 0);
}

TESTS_MAIN("type_hint")
