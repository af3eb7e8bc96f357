/* report_case.h - reports of what somebody hostile chose. Everything is written into memory and
 * looked at. As bytes options and a block with a tag, contents and damage:
 *   | how 1 | tag 4 | size 2 | where 1 | options ... newline | program ... |
 * `how`: bit 0 under the verifier; then a wrong tag, a second free, damage, or a leak; bit 7: the
 * program instead, of which each bug check is reported. As text a program, with options in lines
 * "# options: key=value:...", each set by itself. Suppressions are no part of it: the library reads
 * them before main. */
#ifndef FUZZ_REPORT_CASE_H
#define FUZZ_REPORT_CASE_H

#include "fuzz/program_text.h"

#include <stddef.h>
#include <stdint.h>

/* Makes it in a child and judges what was written. Returns a hash of what can be told again: the
 * number of lines, not addresses. What is wrong ends in a reporter of failure.h. */
uint64_t report_case_run(const uint8_t *bytes, size_t length);

/* The same of a text, which was parsed without a complaint. */
uint64_t report_case_text(const struct program_text *parsed, const char *bytes, size_t length);

#endif
