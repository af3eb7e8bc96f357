/* report_output.h - where reports and records go: the options `log` and `record`.
 *   stderr    fd:3    path.%p    %e program, %p process, %t time, %n number, %h host, %% a percent
 * Async-signal-safe. */
#ifndef POOL_REPORT_OUTPUT_H
#define POOL_REPORT_OUTPUT_H

#include "pool/text.h"

#include <stdbool.h>
#include <stddef.h>

/* Appends in one write; what cannot be written where `log` says goes to stderr, with the reason. */
void report_output_write(const char *bytes, size_t length);

bool report_output_is_terminal(void);

/* Somebody does: the option `record`, or $EXPOOL_RECORDS. */
bool report_output_wants_records(void);

/* Appends to the option's file, and to that of $EXPOOL_RECORDS (`expool run` sets it). False: there
 * is neither, or none could be written (said on stderr). */
bool report_output_record(const void *bytes, size_t length);

/* The record file as the user knows it; "" for none. */
const char *report_output_record_name(void);

#endif
