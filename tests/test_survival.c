#include "tests/expect.h"

#include "fuzz/survival.h"

#include <math.h>

/* The numbers were worked out by hand; where they come from stands beside them. */
#define ALL(array)                 ((struct survival){(array), sizeof(array) / sizeof((array)[0])})
#define EXPECT_NEAR(found, wanted) EXPECT(fabs((found) - (wanted)) < 0.0005)

/* Found at 1, 3 and 5 of 10; two more trials ended at 4 and 10 without. */
static const struct survival_trial mixed[] = {
    {5, true}, {10, false}, {1, true}, {4, false}, {3, true}};
static const struct survival_trial slow[] = {
    {6, true}, {7, true}, {10, false}, {10, false}, {10, false}};
static const struct survival_trial quick[] = {{1, true}, {2, true}, {3, true}};
static const struct survival_trial never[] = {{10, false}, {10, false}, {10, false}};

TEST(the_median_is_where_half_are_found)
{
    double median = 0;
    EXPECT(survival_median(ALL(quick), &median));
    EXPECT_NEAR(median, 2);
    /* 4/5, 3/5, then one of two at risk: 3/10 at 5 */
    EXPECT(survival_median(ALL(mixed), &median));
    EXPECT_NEAR(median, 5);
}

TEST(there_is_no_median_when_fewer_than_half_are_found)
{
    double median = 0;
    EXPECT(!survival_median(ALL(slow), &median));
    EXPECT(!survival_median(ALL(never), &median));
}

TEST(trials_found_at_one_time_count_together)
{
    static const struct survival_trial together[] = {{2, true}, {2, true}, {9, true}, {9, false}};
    double median = 0;
    EXPECT(survival_median(ALL(together), &median));
    EXPECT_NEAR(median, 2);
}

TEST(the_restricted_mean_is_the_area_under_the_curve)
{
    /* 1*1 + 2*0.8 + 2*0.6 + 5*0.3; behind 1, 3, 5 lie 4.3, 2.7 and 1.5:
     * 4.3^2/(5*4) + 2.7^2/(4*3) + 1.5^2/(2*1) = 2.657 */
    struct survival_mean mean = survival_mean(ALL(mixed), 10);
    EXPECT_NEAR(mean.mean, 5.3);
    EXPECT_NEAR(mean.low, 5.3 - 1.95996 * sqrt(2.657));
    EXPECT_NEAR(mean.high, 5.3 + 1.95996 * sqrt(2.657));
}

TEST(a_fault_nobody_finds_lives_as_long_as_the_budget)
{
    struct survival_mean mean = survival_mean(ALL(never), 10);
    EXPECT_NEAR(mean.mean, 10);
    EXPECT_NEAR(mean.low, 10);
    EXPECT_NEAR(mean.high, 10);
}

TEST(no_miss_in_k_trials_bounds_the_chance_of_one)
{
    EXPECT_NEAR(survival_miss_bound(0, 5), 1 - pow(0.05, 1.0 / 5)); /* 45 % */
    EXPECT_NEAR(survival_miss_bound(0, 20), 0.1391);
    EXPECT_NEAR(survival_miss_bound(1, 10), 0.3942); /* of the tables of Clopper and Pearson */
    EXPECT_NEAR(survival_miss_bound(5, 5), 1);
}

TEST(the_earlier_side_wins_and_two_misses_are_a_tie)
{
    EXPECT_NEAR(survival_a12(ALL(quick), ALL(never)), 1);
    EXPECT_NEAR(survival_a12(ALL(never), ALL(quick)), 0);
    EXPECT_NEAR(survival_a12(ALL(never), ALL(never)), 0.5);
    /* 1: all five; 3: all; 5: all; the two censored: three ties each with the censored of `slow` */
    EXPECT_NEAR(survival_a12(ALL(mixed), ALL(slow)), (15 + 2 * 1.5) / 25);
}

TEST(the_log_rank_test_tells_a_difference_from_chance)
{
    /* quick against never: expected 0.5, 0.4, 0.25 of 3 found, variance 0.25 + 0.24 + 0.1875:
     * 1.85^2 / 0.6775 = 5.0517, p of chi-squared with one degree of freedom 0.0246 */
    EXPECT_NEAR(survival_log_rank(ALL(quick), ALL(never)), 0.0246);
    EXPECT_NEAR(survival_log_rank(ALL(never), ALL(quick)), 0.0246);
    EXPECT_NEAR(survival_log_rank(ALL(quick), ALL(quick)), 1);
    EXPECT_NEAR(survival_log_rank(ALL(never), ALL(never)), 1);
}

TESTS_MAIN("survival")
