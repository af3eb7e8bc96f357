#include "fuzz/kit/minimize.h"

#include <string.h>

enum { CLEARINGS_MAX = 128 };

struct search {
    struct kit_input *best;
    struct kit_outcome wanted;
    unsigned tries;
};

static struct kit_input candidate;

/* Keeps the candidate when it finds the same. */
static bool try(struct search *search)
{
    struct kit_outcome outcome;
    search->tries++;
    if (!kit_child_run(&candidate, false, &outcome) || !outcome.is_finding ||
        strcmp(outcome.token, search->wanted.token) != 0)
        return false;
    *search->best = candidate;
    return true;
}

static void drop(unsigned first, unsigned count)
{
    candidate.count -= count;
    memmove(&candidate.calls[first], &candidate.calls[first + count],
            (candidate.count - first) * sizeof(candidate.calls[0]));
}

/* Halves, quarters ... single operations, from the end. */
static void drop_calls(struct search *search)
{
    for (unsigned count = search->best->count / 2 + 1; count > 0; count /= 2)
        for (unsigned end = search->best->count; end >= count && end > 0;) {
            candidate = *search->best;
            drop(end - count, count);
            (void)try(search);
            end = end - count < search->best->count ? end - count : search->best->count;
        }
}

static bool try_fail(struct search *search, enum kit_fail fail)
{
    candidate = *search->best;
    candidate.fail = (uint8_t)fail;
    candidate.which = 0;
    return search->best->fail != fail && try(search);
}

bool kit_name_failure(struct kit_input *input)
{
    struct kit_outcome outcome;
    if (!kit_child_run(input, false, &outcome) || !outcome.is_finding)
        return false;
    if (input->fail == KIT_FAIL_EACH) {
        input->fail = outcome.failing != 0 ? KIT_FAIL_ONE : KIT_FAIL_NONE;
        input->which = (uint8_t)outcome.failing;
    }
    return true;
}

/* Not before operations are dropped: its number changes as those in front of it go. */
static void name_failure(struct search *search)
{
    candidate = *search->best;
    if (candidate.fail == KIT_FAIL_EACH && kit_name_failure(&candidate))
        (void)try(search);
}

static void plain_header(struct search *search)
{
    candidate = *search->best;
    candidate.verify = KIT_VERIFY_END;
    if (candidate.verify != search->best->verify)
        (void)try(search);
    candidate = *search->best;
    candidate.rules = KIT_RULES_STANDARD;
    if (candidate.rules != search->best->rules)
        (void)try(search);
}

static bool try_number(struct search *search, struct kit_value *value, uint64_t number)
{
    uint64_t before = value->u64;
    value->u64 = number;
    if (before != number && try(search))
        return true;
    value->u64 = before;
    return before == number;
}

static void simplify_number(struct search *search, unsigned call, unsigned argument)
{
    static const uint8_t plain[] = {0, 1, 2, 4, 8, 16, 64};
    candidate = *search->best;
    struct kit_value *value = &candidate.calls[call].values[argument];
    if (candidate.calls[call].operation->arguments[argument].kind == KIT_KIND_IOCTL)
        return;
    for (unsigned i = 0; i < sizeof(plain) && plain[i] < value->u64; i++)
        if (try_number(search, value, plain[i]))
            return;
}

/* The shortest that will do, by halves. */
static void shorten(struct search *search, struct kit_bytes *bytes)
{
    size_t low = 0;
    while (bytes->length > low) {
        size_t before = bytes->length;
        bytes->length = low + (before - low) / 2;
        if (try(search))
            continue;
        low = bytes->length + 1;
        bytes->length = before;
    }
}

/* Runs of bytes become zeroes: of the whole length, of its half, ... single ones. */
static void clear_runs(struct search *search, struct kit_bytes *bytes)
{
    uint8_t before[KIT_BYTES_MAX];
    unsigned last = search->tries + CLEARINGS_MAX;
    uint8_t *own = kit_input_keep(&candidate, bytes->data, bytes->length);
    if (own == NULL)
        return;
    bytes->data = own;
    for (size_t run = bytes->length; run > 0; run /= 2)
        for (size_t at = 0; at < bytes->length && search->tries < last; at += run) {
            size_t length = run < bytes->length - at ? run : bytes->length - at;
            memcpy(before, own + at, length);
            memset(own + at, 0, length);
            if (memcmp(before, own + at, length) != 0 && !try(search))
                memcpy(own + at, before, length);
        }
}

static void simplify_bytes(struct search *search, unsigned call, unsigned argument)
{
    static uint8_t letters[KIT_BYTES_MAX];
    memset(letters, 'a', sizeof(letters));
    candidate = *search->best;
    struct kit_bytes *bytes = &candidate.calls[call].values[argument].bytes;
    shorten(search, bytes);
    if (bytes->length == 0 || memcmp(bytes->data, letters, bytes->length) == 0)
        return;
    const uint8_t *before = bytes->data;
    bytes->data = letters; /* outlives every input */
    if (try(search))
        return;
    bytes->data = before;
    clear_runs(search, bytes);
    shorten(search, bytes);
}

static void simplify_arguments(struct search *search)
{
    for (unsigned i = 0; i < search->best->count; i++)
        for (unsigned k = 0; k < search->best->calls[i].operation->count; k++)
            if (search->best->calls[i].operation->arguments[k].kind == KIT_KIND_BYTES)
                simplify_bytes(search, i, k);
            else
                simplify_number(search, i, k);
}

bool kit_minimize(struct kit_input *input, struct kit_outcome *outcome, unsigned *tries)
{
    struct search search = {.best = input};
    *tries = 1;
    if (!kit_child_run(input, false, &search.wanted) || !search.wanted.is_finding)
        return false;
    if (!try_fail(&search, KIT_FAIL_NONE))
        try_fail(&search, KIT_FAIL_EACH);
    drop_calls(&search);
    drop_calls(&search);
    plain_header(&search);
    simplify_arguments(&search);
    name_failure(&search);
    *outcome = search.wanted;
    *tries += search.tries;
    return true;
}
