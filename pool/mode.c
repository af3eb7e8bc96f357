#include "pool/mode.h"

#include "pool/checker.h"
#include "pool/crc32c.h"
#include "pool/options.h"

uint16_t pool_mode = MODE_NOT_STARTED;

struct quick_range quick_range;

/* Whoever stores last has read the mode after its store. */
static void follow_mode(void)
{
    uint16_t seen;
    do {
        seen = __atomic_load_n(&pool_mode, __ATOMIC_SEQ_CST);
        __atomic_store_n(&quick_range.units_every_day, seen == 0 ? quick_range.units : 0,
                         __ATOMIC_SEQ_CST);
    } while (__atomic_load_n(&pool_mode, __ATOMIC_SEQ_CST) != seen);
}

void mode_set(uint16_t bits, bool on)
{
    if (on)
        __atomic_or_fetch(&pool_mode, bits, __ATOMIC_SEQ_CST);
    else
        __atomic_and_fetch(&pool_mode, (uint16_t)~bits, __ATOMIC_SEQ_CST);
    follow_mode();
}

static uint16_t of_options(void)
{
    unsigned mode = options.pool_stacks ? MODE_STACKS : 0;
    if (checker_is_there())
        mode |= MODE_CHECKED;
    if (options.memory_pressure > 0)
        mode |= MODE_PRESSED;
    if (options.seal == OPTION_SEAL_OFF)
        mode |= MODE_UNSEALED;
    if (options.tag_stats == OPTION_TAG_STATS_OFF)
        mode |= MODE_UNCOUNTED;
    return (uint16_t)(crc32c_has_instruction ? mode : mode | MODE_PORTABLE);
}

void mode_start(void)
{
    mode_set(of_options(), true);
    mode_set(MODE_NOT_STARTED, false);
}
