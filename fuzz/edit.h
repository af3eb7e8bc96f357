/* edit.h - what mutations are made of: numbers drawn from the seed, and records of the child found,
 * put in, taken out. All need a whole child: a header and records (edit_make_whole). */
#ifndef FUZZ_EDIT_H
#define FUZZ_EDIT_H

#include "fuzz/mutate.h"

#include <stdbool.h>
#include <stdint.h>

uint64_t edit_draw(struct mutation *mutation);
/* 0 .. limit-1 */
unsigned edit_below(struct mutation *mutation, unsigned limit);
/* True once in `times`. */
bool edit_once_in(struct mutation *mutation, unsigned times);

/* Records of the child, and how many more it has room for. */
unsigned edit_count(const struct mutation *mutation);
unsigned edit_room(const struct mutation *mutation);
uint8_t *edit_record(const struct mutation *mutation, unsigned index);

/* There must be a record. */
unsigned edit_any_record(struct mutation *mutation);
/* Between records, later rather than earlier: what went before has built something. */
unsigned edit_any_gap(struct mutation *mutation);

/* Room for `count` records before the one `at`; their bytes are anything. */
void edit_open(struct mutation *mutation, unsigned at, unsigned count);
void edit_remove(struct mutation *mutation, unsigned at, unsigned count);
/* A full program loses a run for what comes in. */
void edit_make_room(struct mutation *mutation, unsigned count);

/* A header, made up where there is none, and whole records; false when not even a header fits. */
bool edit_make_whole(struct mutation *mutation);

#endif
