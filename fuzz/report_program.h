/* report_program.h - a program in a process of its own, whose bug checks are reported: each rule
 * that the language can break has its report, in every setting that options give. */
#ifndef FUZZ_REPORT_PROGRAM_H
#define FUZZ_REPORT_PROGRAM_H

#include "fuzz/failure.h"
#include "fuzz/program.h"

#include <stdbool.h>
#include <stdint.h>

enum { REPORT_PROGRAM_TEXT = 256 };

struct report_program {
    const struct program *program;
    bool is_verifying;
    uint32_t rules; /* of the verifier, besides those that the model knows */
    bool is_judged; /* options change nothing that the model foretells */
    /* What is wrong; NULL: nothing. In memory that the child shares. */
    failure_reporter *failure;
    unsigned index;
    char text[REPORT_PROGRAM_TEXT];
};

/* Runs it, or what is not judged as far as what comes is what the model expects. Options and the
 * verifier are as the caller has set them. The process is not fit for another afterwards. */
void report_program_run(struct report_program *job);

#endif
