/* inject_stacks.h - systematic low resources: every allocation stack fails exactly once.
 *   stack id: unknown -> failed | recorded;  excluded: never;  all but unknown pass
 *   stacks passed already, by their number of this process -> a table without a lock
 *   the others -> a lasting id (stack_id.h) -> its state, kept in a file when one is named:
 *
 *     counter 2
 *     1f3a99c0 failed 2 prog!make+0x1c(make.c:7) prog!main+0x20(..)
 *     1f3a99c0 excluded 2                                     the last line of an id holds */
#ifndef VERIFIER_INJECT_STACKS_H
#define VERIFIER_INJECT_STACKS_H

#include "verifier/inject_settings.h"

#include <stdbool.h>
#include <stdint.h>

/* Begins anew with what the state file says; `settings` stays the caller's and stays as it is.
 * False: the file cannot be read. */
bool inject_stacks_set(const struct inject_settings *settings);

/* Is the call of the routine that owns `frame` to fail? *id is its stack's lasting name, when it
 * is. */
bool inject_stacks_fail(const void *frame, uint32_t *id);

/* The caller of the routine that owns `frame` was made to fail, for another reason: its stack goes
 * into the state file. Its lasting name. */
uint32_t inject_stacks_keep(const void *frame);

struct inject_stacks_counts {
    uint64_t known;
    uint64_t failed;
    uint64_t recorded;
    uint64_t excluded;
};

void inject_stacks_count(struct inject_stacks_counts *counts);

#endif
