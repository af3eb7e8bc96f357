/* differential.h - one program taken several ways: what a caller can see must be the same. */
#ifndef FUZZ_DIFFERENTIAL_H
#define FUZZ_DIFFERENTIAL_H

#include "fuzz/program.h"
#include "fuzz/run.h"
#include "fuzz/trace.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DIFFERENTIAL_TEXT_MAX = 768 };

/* A program's course on one way. */
struct course {
    const char *way; /* "classic", "verified" */
    struct trace trace;
    uint64_t hash;
};

/* What has to be the same. */
enum differential_scope {
    DIFFERENTIAL_ALL,     /* the counters of tags and classes, too: two back ends */
    DIFFERENTIAL_VISIBLE, /* outcomes and blocks: a legal program with the verifier and without */
};

/* Takes the course; the model judges it as it goes. */
void course_take(struct course *course, const char *way, const struct program *program,
                 run_observer *observer, void *context);

/* True when they agree, else `text` has DIFFERENTIAL_TEXT_MAX bytes that say where they do not, and
 * *step which step it was. */
bool courses_agree(const struct course *a, const struct course *b, enum differential_scope scope,
                   unsigned *step, char *text);

#endif
