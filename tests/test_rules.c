#include "tests/expect.h"

#include "expool/verifier.h"
#include "pool/rules.h"
#include "pool/text.h"
#include "verifier/space.h"

#include <wdm.h>

static bool is_guarded(void)
{
    void *block = ExAllocatePool2(POOL_FLAG_NON_PAGED, 100, 'tseT');
    bool is_special = space_has(block);
    ExFreePool(block);
    return is_special;
}

TEST(a_single_option_takes_a_rule_away_or_adds_it)
{
    EXPECT_EQUAL(expool_options_set("irql_checking=off:deadlock=off:pool_tracking=on"), 0);
    EXPECT(expool_verifier_start());
    EXPECT_EQUAL(expool_verifier_flags(), RULES_STANDARD & ~(uint32_t)(RULE_IRQL | RULE_DEADLOCK));
    expool_verifier_stop();
    EXPECT_EQUAL(expool_options_set("irql_checking=auto:deadlock=auto:pool_tracking=off"), 0);
    EXPECT(expool_verifier_start());
    EXPECT_EQUAL(expool_verifier_flags(), RULES_STANDARD & ~(uint32_t)RULE_TRACKING);
    expool_verifier_stop();
    EXPECT_EQUAL(expool_options_set("pool_tracking=auto"), 0);
}

TEST(rules_are_in_force_from_start_to_stop)
{
    EXPECT_EQUAL(expool_verifier_flags(), 0);
    EXPECT(expool_verifier_start());
    EXPECT_EQUAL(expool_verifier_flags(), RULES_STANDARD);
    EXPECT(rules_have(RULE_SPECIAL_POOL));
    EXPECT(!rules_have(RULE_LOW_RESOURCES));
    expool_verifier_stop();
    EXPECT_EQUAL(expool_verifier_flags(), 0);
}

TEST(rules_change_while_the_verifier_runs)
{
    EXPECT(!expool_verifier_flags_set(RULE_TRACKING)); /* it is off */
    EXPECT(expool_verifier_start());
    EXPECT(is_guarded());
    EXPECT(expool_verifier_flags_set(RULE_TRACKING));
    EXPECT(!is_guarded());
    EXPECT(expool_verifier_flags_set(RULE_TRACKING | RULE_SPECIAL_POOL));
    EXPECT(is_guarded());
    expool_verifier_stop();
}

TEST(rules_that_do_not_exist_are_refused)
{
    EXPECT(expool_verifier_start());
    EXPECT(!expool_verifier_flags_set(0));
    EXPECT(!expool_verifier_flags_set(RULES_STANDARD | 0x40));
    EXPECT_EQUAL(expool_verifier_flags(), RULES_STANDARD);
    expool_verifier_stop();
}

static const char *names_of(uint32_t rules)
{
    static char bytes[256];
    struct text text = TEXT_OVER(bytes);
    rules_add_names(&text, rules);
    return bytes;
}

TEST(a_set_of_rules_is_told_by_name)
{
    EXPECT_TEXT(names_of(RULES_STANDARD), "standard");
    EXPECT_TEXT(names_of(RULES_STANDARD | RULE_LOW_RESOURCES),
                "standard + randomized low resources");
    EXPECT_TEXT(names_of(RULE_SPECIAL_POOL | RULE_TRACKING), "0x9 (special pool, pool tracking)");
}

TESTS_MAIN("rules")
