#include "fuzz/header_stop.h"

#include "fuzz/model_rules.h"

enum { CODE_HEADER = 0x19, CODE_SEGMENT = 0x13A, CODE_CALLER = 0xC2 };

/* Stops of 0x19 and their types in 0x13A. */
static const struct {
    uint8_t subcode;
    uint8_t segment;
    bool is_header_last; /* of 0x19 the fourth parameter names the header, else the second */
} rows[] = {
    {0x03, 0x0D, false}, {0x05, 0x06, true},  {0x06, 0x06, true},
    {0x07, 0x03, true},  {0x08, 0x03, true},  {0x09, 0x03, true},
    {0x0A, 0x04, false}, {0x0D, 0x12, false}, {0x20, 0x03, false},
};

enum { ROWS = sizeof rows / sizeof rows[0] };

static struct expectation stop_of(uint32_t subcode, const void *second, uint64_t third,
                                  uint64_t fourth, bool is_segment)
{
    const uint64_t parameters[4] = {subcode, (uintptr_t)second, third, fourth};
    unsigned row = 0;
    while (rows[row].subcode != subcode)
        row++;
    if (!is_segment)
        return stops(CODE_HEADER, subcode, KNOW_ALL, parameters);
    uint64_t header = rows[row].is_header_last ? fourth : (uintptr_t)second;
    return stops(CODE_SEGMENT, rows[row].segment, 1 | 4 | 8,
                 PARAMETERS(rows[row].segment, 0, header, 0));
}

/* Stops are built for one back end. */
struct stage {
    const struct wounds *wounds;
    bool is_segment;
    struct header_stop *stop;
};

static bool says(const struct stage *stage, uint32_t subcode, const unsigned char *header,
                 const unsigned char *other)
{
    enum { NOT_IN_PAGE = 0x0A, SEAL = 0x20 };
    uint64_t contents = header_contents(header);
    struct expectation *expected = &stage->stop->expected;
    stage->stop->retires = true;
    if (subcode == SEAL)
        *expected = stop_of(subcode, header, (uintptr_t)other, contents, stage->is_segment);
    else if (subcode == NOT_IN_PAGE)
        *expected = stop_of(subcode, header, 0, (uintptr_t)other, stage->is_segment);
    else
        *expected = stop_of(subcode, other, 0, (uintptr_t)header, stage->is_segment);
    return true;
}

static bool is_sealed(const struct stage *stage, const unsigned char *header)
{
    return !wounds_break(stage->wounds, header);
}

/* Which field of a damaged header shows it: the first of these. */
static bool judge_fields(const struct stage *stage, const struct header *own)
{
    unsigned char *before = own->at - (size_t)own->previous * HEADER_BYTES;
    unsigned char *behind = own->at + (size_t)own->units * HEADER_BYTES;
    unsigned char *next = header_next(own);
    if (own->previous > own->unit)
        return says(stage, 0x06, own->at, before);
    if (own->previous != 0 && header_read(before).units != own->previous)
        return says(stage, 0x05, own->at, before);
    if (own->previous == 0 && own->unit != 0)
        return says(stage, 0x07, own->at, NULL);
    if (own->stored == 0 && own->unit != 0)
        return says(stage, 0x08, own->at, NULL);
    if (own->unit + own->units > HEADER_UNITS_PAGE)
        return says(stage, 0x09, own->at, behind);
    if (next != NULL && header_read(next).previous != own->units)
        return says(stage, 0x05, own->at, next);
    return says(stage, 0x20, own->at, next);
}

/* The walk from the page's start meets it: all headers in front of it are sound. */
static bool is_met(const struct stage *stage, unsigned char *wanted)
{
    unsigned char *at = model_page(wanted);
    while (at != NULL && at < wanted && is_sealed(stage, at)) {
        struct header header = header_read(at);
        at = header_next(&header);
    }
    return at == wanted;
}

/* Its own header is damaged, or says that it waits in a cache. */
static bool judge_own(const struct stage *stage, const struct header *own, unsigned char *address)
{
    enum { TWICE = 7 };
    if (!is_met(stage, own->at))
        return says(stage, 0x0A, own->at, model_page(own->at));
    if (!is_sealed(stage, own->at))
        return judge_fields(stage, own);
    stage->stop->expected =
        stops(CODE_CALLER, TWICE, 1 | 2 | (stage->is_segment ? 0 : 4) | 8,
              PARAMETERS(TWICE, 0, header_contents(own->at), (uintptr_t)address));
    return true;
}

/* Both must agree with it, then be sound: the one behind first. */
static bool judge_neighbours(const struct stage *stage, const struct header *own)
{
    unsigned char *next = header_next(own);
    unsigned char *previous = header_previous(own);
    struct header behind = {0};
    if (next != NULL)
        behind = header_read(next);
    if (previous != NULL && header_read(previous).units != own->previous)
        return says(stage, 0x05, own->at, previous);
    if (next != NULL && behind.previous != own->units)
        return says(stage, 0x05, own->at, next);
    if (next != NULL && !is_sealed(stage, next))
        return says(stage, 0x20, next, header_next(&behind));
    if (previous != NULL && !is_sealed(stage, previous))
        return says(stage, 0x20, previous, own->at);
    return false;
}

struct header_stop header_stop_of_free(const struct wounds *wounds, const struct handle *handle,
                                       bool looks_around, bool is_segment)
{
    struct header_stop stop = {.verdict = HEADER_SILENT};
    struct stage stage = {wounds, is_segment, &stop};
    unsigned char *page = model_page(handle->address);
    if ((uintptr_t)handle->address % PAGE == 0 || wounds_are_retired(wounds, handle->address))
        return stop;
    if (wounds_have(wounds, WOUND_UNKNOWN, page)) {
        stop.verdict = HEADER_UNKNOWN;
        return stop;
    }
    struct header own = header_read(handle->address - HEADER_BYTES);
    bool is_own = !is_sealed(&stage, own.at) || own.is_free || own.is_cached;
    if (is_own) {
        judge_own(&stage, &own, handle->address);
        stop.verdict = HEADER_STOPS;
    } else if (judge_neighbours(&stage, &own)) {
        stop.verdict = looks_around ? HEADER_STOPS : HEADER_MAY_STOP;
    }
    /* One that seems to be freed is told of as such, by whoever allocated it. */
    bool is_told = is_sealed(&stage, own.at) && is_met(&stage, own.at) && !is_own;
    if (stop.verdict != HEADER_SILENT && is_told)
        stop.expected.about = handle;
    return stop;
}

static int row_of(const struct expool_bugcheck *seen)
{
    for (int i = 0; i < ROWS; i++)
        if ((seen->code == CODE_HEADER && seen->subcode == rows[i].subcode) ||
            (seen->code == CODE_SEGMENT && seen->subcode == rows[i].segment))
            return i;
    return -1;
}

unsigned char *header_stop_names(const struct expool_bugcheck *seen)
{
    enum { SEGMENT_AT = 2, FIRST = 1, LAST = 3 };
    int row = row_of(seen);
    if (row < 0)
        return NULL;
    unsigned at = seen->code == CODE_SEGMENT ? SEGMENT_AT : rows[row].is_header_last ? LAST : FIRST;
    return (unsigned char *)(uintptr_t)seen->parameter[at];
}

/* Of a block in a list the neighbours there may be those that were damaged. */
static const char *links_misfit(const struct wounds *wounds, const struct expool_bugcheck *seen,
                                unsigned char *header)
{
    uint64_t link[HEADER_WORDS];
    header_words(header + HEADER_BYTES, link);
    if (seen->code == CODE_HEADER && seen->parameter[2] != link[0])
        return "does not name the next link";
    if (seen->code == CODE_HEADER && seen->parameter[3] != link[1])
        return "does not name the previous link";
    bool is_damaged = wounds_touched(wounds, header + HEADER_BYTES) ||
                      wounds_touched(wounds, (const unsigned char *)(uintptr_t)link[0]) ||
                      wounds_touched(wounds, (const unsigned char *)(uintptr_t)link[1]);
    return is_damaged ? NULL : "names links that nobody damaged";
}

const char *header_stop_misfit(const struct wounds *wounds, const struct expool_bugcheck *seen)
{
    enum { FREED = 0x0D, LINKS = 0x03 };
    int row = row_of(seen);
    unsigned char *header = header_stop_names(seen);
    if (row < 0 || (rows[row].subcode != FREED && rows[row].subcode != LINKS))
        return "is none that freed blocks bring";
    if (header == NULL || (uintptr_t)header % HEADER_BYTES != 0)
        return "names no header";
    if (seen->code == CODE_SEGMENT && (seen->parameter[1] == 0 || seen->parameter[3] != 0))
        return "names no heap";
    if (seen->code == CODE_HEADER && rows[row].subcode == FREED && seen->parameter[2] != 0)
        return "has another parameter 3";
    if (rows[row].subcode == LINKS)
        return links_misfit(wounds, seen, header);
    if (seen->code == CODE_HEADER && seen->parameter[3] != header_contents(header))
        return "does not show the header";
    return wounds_touched(wounds, header) ? NULL : "names a header that nobody damaged";
}
