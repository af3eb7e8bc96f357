/* no_leaks.h - nothing is left in the pool. */
#ifndef TESTS_NO_LEAKS_H
#define TESTS_NO_LEAKS_H

#include "expool/statistics.h"
#include "tests/expect.h"

/* Every block of the tags that the models of devices and requests use has been freed. */
static inline void expect_no_leaks(void)
{
    static const uint32_t model_tags[] = {' prI', 'fuBI', ' ldM', 'iveD', 'virD', 'eliF',
                                          'vrDI', 'cCoI', ' bpV', 'rEoI', 'nevE', 'tiWI'};
    for (unsigned i = 0; i < sizeof(model_tags) / sizeof(model_tags[0]); i++) {
        struct expool_tag_statistics tag;
        expool_tag_statistics_get(model_tags[i], &tag);
        ck_assert_msg(tag.pool[0].allocations == tag.pool[0].frees, "tag %08x: %lu of %lu freed",
                      model_tags[i], (unsigned long)tag.pool[0].frees,
                      (unsigned long)tag.pool[0].allocations);
    }
}

/* The same for the filter manager's, and the tag that its tests use. */
static inline void expect_no_filter_leaks(void)
{
    static const uint32_t tags[] = {'lfMF', 'ovMF', 'niMF', 'poMF', 'nfMF',
                                    'opMF', 'kwMF', 'tsMF', 'dsMF', 'tseT'};
    expect_no_leaks();
    for (unsigned i = 0; i < sizeof(tags) / sizeof(tags[0]); i++) {
        struct expool_tag_statistics tag;
        expool_tag_statistics_get(tags[i], &tag);
        for (unsigned pool = 0; pool < 2; pool++)
            EXPECT_EQUAL(tag.pool[pool].allocations, tag.pool[pool].frees);
    }
}

#endif
