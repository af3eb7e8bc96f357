#include "fuzz/margin.h"

#include "fuzz/model_rules.h"

#include <stddef.h>

enum { REACH = 128 /* bytes on either side, of which patterns are certain */ };
enum { CODE = 0xC1, BEFORE = 0x23, AFTER = 0x24, ONE_BIT = 0x32 };

/* What one side has suffered. */
struct side {
    unsigned bits;
    const unsigned char *first;
    unsigned char fill; /* what the first one was */
};

/* The bits of the byte that are not as they were: what is changed twice may be whole again. */
static unsigned char changed_bits(const struct damage_log *log, unsigned since,
                                  const unsigned char *at)
{
    unsigned char mask = 0;
    for (unsigned i = since; i < log->count; i++) {
        const struct damage_bytes *bytes = &log->rows[i];
        if (at >= bytes->start && at < bytes->start + bytes->length)
            mask ^= bytes->mask[at - bytes->start];
    }
    return mask;
}

__attribute__((no_sanitize("address"), noinline)) static unsigned char
read_byte(const unsigned char *at)
{
    return *(const volatile unsigned char *)at;
}

static struct side look_at(const struct damage_log *log, unsigned since, const unsigned char *from,
                           const unsigned char *to)
{
    struct side side = {0};
    for (const unsigned char *at = from; at < to; at++) {
        unsigned char mask = changed_bits(log, since, at);
        if (mask != 0 && side.first == NULL) {
            side.first = at;
            side.fill = read_byte(at) ^ mask;
        }
        side.bits += (unsigned)__builtin_popcount(mask);
    }
    return side;
}

/* Something of the log lies in the block's pages. */
static bool is_hit(const struct damage_log *log, unsigned since, const struct handle *handle)
{
    const unsigned char *low = model_page(handle->address);
    const unsigned char *high = model_guard(handle);
    for (unsigned i = since; i < log->count; i++)
        if (log->rows[i].start < high && low < log->rows[i].start + log->rows[i].length)
            return true;
    return false;
}

struct expectation margin_expect(const struct damage_log *log, unsigned since,
                                 const struct handle *handle)
{
    const unsigned char *end = handle->address + handle->size;
    const unsigned char *low = model_page(handle->address);
    const unsigned char *high = model_guard(handle);
    if (!is_hit(log, since, handle))
        return simply(OUTCOME_SUCCESS);
    if (handle->address - low > REACH)
        low = handle->address - REACH;
    if (high - end > REACH)
        high = end + REACH;
    struct side before = look_at(log, since, low, handle->address);
    struct side after = look_at(log, since, end, high);
    struct side told = before.first != NULL ? before : after;
    uint32_t subcode = before.first != NULL ? BEFORE : AFTER;
    uint64_t fill = told.fill;
    if (told.first == NULL)
        return simply(OUTCOME_SUCCESS);
    if (before.bits + after.bits == 1) {
        subcode = ONE_BIT;
        fill = 0;
    }
    return stops_about(
        stops(CODE, subcode, KNOW_ALL,
              PARAMETERS((uintptr_t)handle->address, (uintptr_t)told.first, fill, subcode)),
        handle);
}
