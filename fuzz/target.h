/* target.h - what a fuzz target gives its engine, and the replay program that stands in for one. */
#ifndef FUZZ_TARGET_H
#define FUZZ_TARGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

extern const char target_name[]; /* "pool_seq" */
extern const bool target_is_verifying;

int LLVMFuzzerInitialize(int *count, char ***arguments);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

/* Runs the input, every 4,096th twice: both must take the same course. */
void target_run(const uint8_t *bytes, size_t length);

#endif
