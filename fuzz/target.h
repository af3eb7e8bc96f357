/* target.h - what a fuzz target gives its engine, and the replay program that stands in for one.
 * A target's own file, fuzz_NAME.c, defines the five names below. */
#ifndef FUZZ_TARGET_H
#define FUZZ_TARGET_H

#include "fuzz/run.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Runs and judges one program, as run_program does, which most of them are. */
typedef uint64_t target_program_run(const struct program *program, run_observer *observer,
                                    void *context);
/* The same for bytes that are no program. What is wrong ends the process. */
typedef uint64_t target_bytes_run(const uint8_t *bytes, size_t length);

extern const char target_name[]; /* "pool_seq" */
extern const bool target_is_verifying;
/* One of the two is NULL. */
extern target_program_run *const target_program;
extern target_bytes_run *const target_bytes;

int LLVMFuzzerInitialize(int *count, char ***arguments);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

enum { TARGET_TURNS = 2 }; /* a process' first input runs so often */

/* Runs the input, every 4,096th twice: both must take the same course. Returns a hash of it. */
uint64_t target_run(const uint8_t *bytes, size_t length);

#endif
