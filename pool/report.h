/* report.h - what a person reads when a rule was broken. One buffer, one write, between two marks:
 * what happened, Windows' numbers, where it was noticed, the bytes, who allocated and who freed,
 * what to look at, how to see it again, what was on. Runs in a signal handler: no malloc, no
 * stdio. */
#ifndef POOL_REPORT_H
#define POOL_REPORT_H

#include "pool/text.h"
#include "pool/violation.h"

#include <stdint.h>

/* violation->kind is VIOLATION_KIND_COUNT for a stop that driver code asked for. */
void report_write(const struct violation *violation, const struct stop *stop);

/* "*** STOP: 0x000000C1 (...) NAME\n" */
void report_stop_line(struct text *text, const struct stop *stop);

/* The parts, each in a file of its own. */
void report_sentence(struct text *text, const struct violation *violation);
void report_where(struct text *text, const struct violation *violation); /* "Freed here (...)" */
void report_picture(struct text *text, const struct violation *violation);
void report_headers(struct text *text, const struct violation *violation); /* fields, decoded */

/* What the stack printer remembers for the last lines: the first frame that is neither the C
 * library's nor ours; where there is none, the first of ours. */
struct report_place {
    bool is_ours;
    char function[64]; /* "" unknown */
    char caller[64];
    char line[160]; /* "driver.c:58" or "module+0x12" */
};

/* "    #0 Function   file:line\n" for each frame of the program; `place` may be NULL. */
void report_frames(struct text *text, const uintptr_t *frames, unsigned count,
                   struct report_place *place);

/* "Function file:line < caller file:line < ..." on one line, at most `most` frames of the program;
 * of ours only the routine it called. False, and nothing is written: there are none. */
bool report_chain(struct text *text, const uintptr_t *frames, unsigned count, unsigned most);

#endif
