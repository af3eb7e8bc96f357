/* trim_and_restart.c - freed memory goes back to the system, limits are met, all begins anew. */
#include <wdm.h>

#include <expool/budget.h>
#include <expool/host.h>
#include <expool/statistics.h>

enum { BLOCKS = 2000, BLOCK_BYTES = 900 };

/* The events tell of pool that is short, as it is meant to be here. */
const char *expool_default_options(void)
{
    return "events=off";
}

static int fill_and_empty(void)
{
    static char *blocks[BLOCKS];
    unsigned count = 0;
    while (count < BLOCKS &&
           (blocks[count] = ExAllocatePool2(POOL_FLAG_NON_PAGED, BLOCK_BYTES, 'tseT')) != NULL)
        blocks[count++][BLOCK_BYTES - 1] = 1;
    for (unsigned i = 0; i < count; i++)
        ExFreePoolWithTag(blocks[i], 'tseT');
    return (int)count;
}

int main(void)
{
    if (fill_and_empty() != BLOCKS)
        return 1;
    (void)expool_pool_trim();
    expool_budget_set_limit(EXPOOL_CLASS_NONPAGED, 1 << 20);
    int some = fill_and_empty();
    if (some == 0 || some == BLOCKS || fill_and_empty() == 0)
        return 2;
    expool_budget_set_limit(EXPOOL_CLASS_NONPAGED, 0);
    if (fill_and_empty() != BLOCKS)
        return 3;
    (void)expool_pool_restart();
    return fill_and_empty() != BLOCKS;
}
