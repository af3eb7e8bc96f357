/* header_stop.h - what must come of damage to the plain pool's own bytes: the stop of a free, each
 * parameter of it, and whether a stop that came at some other time tells what is there. The order
 * of the questions is that of docs/COMPATIBILITY.md. */
#ifndef FUZZ_HEADER_STOP_H
#define FUZZ_HEADER_STOP_H

#include "expool/host.h"
#include "fuzz/wound.h"

/* What a free does. */
enum header_verdict {
    HEADER_SILENT,
    HEADER_STOPS,
    HEADER_MAY_STOP, /* or the block goes into a cache, where nobody looks at its neighbours */
    HEADER_UNKNOWN,  /* something lies there that nobody outside knows */
};

struct header_stop {
    enum header_verdict verdict;
    struct expectation expected; /* of HEADER_STOPS and HEADER_MAY_STOP */
    bool retires;                /* its page goes out of use */
};

/* The free of a live block of cut pages, by its own address and tag. `looks_around`: each free
 * looks at its neighbours. `is_segment`: the back end, whose stops have other codes. */
struct header_stop header_stop_of_free(const struct wounds *wounds, const struct handle *handle,
                                       bool looks_around, bool is_segment);

/* NULL: `seen` is a stop that a freed block's damage brings, and what it says lies there. */
const char *header_stop_misfit(const struct wounds *wounds, const struct expool_bugcheck *seen);

/* The header that a stop of headers or links names; NULL: it is none of those. */
unsigned char *header_stop_names(const struct expool_bugcheck *seen);

#endif
