/* mutate.h - a child of a program's bytes: whole records inserted, changed, repeated, moved or
 * deleted. It knows no engine and keeps no state: the same bytes, capacity and seed give the same
 * child. What an operation looks at, and what a new one may be, a grammar says: of programs of pool
 * operations it comes from op_rows, so a new operation needs nothing here. */
#ifndef FUZZ_MUTATE_H
#define FUZZ_MUTATE_H

#include "fuzz/program.h"

#include <stddef.h>
#include <stdint.h>

enum mutation_kind {
    MUTATION_INSERT,   /* a generated record; half the time related to one that is there */
    MUTATION_ARGUMENT, /* another value in one field */
    MUTATION_REPEAT,   /* a run once more or several times, on other handles or the same */
    MUTATION_MOVE,     /* two records change places, or a run goes elsewhere */
    MUTATION_DELETE,
    MUTATION_BURST,  /* 10 .. 60 generated records */
    MUTATION_FRESH,  /* all records are generated ones: long random programs find much at once */
    MUTATION_HEADER, /* another value in one byte of the header */
    MUTATION_RAW,    /* any bit of one record */
    MUTATION_KIND_COUNT
};

extern const char *const mutation_names[MUTATION_KIND_COUNT];

struct grammar {
    unsigned (*fields)(uint8_t op); /* enum op_field: those the operation of this byte looks at */
    void (*generate)(uint8_t *records, unsigned count, uint64_t seed);
};

/* Of fuzz/program.h. */
extern const struct grammar program_grammar;

struct mutation {
    const struct grammar *grammar;
    uint8_t *bytes;  /* the parent, overwritten with the child */
    size_t length;   /* of either; a child is a header and whole records */
    size_t capacity; /* of `bytes` */
    uint64_t seed;
    unsigned kinds; /* what was done: bit i for enum mutation_kind i */
};

/* Makes the child in place. A parent longer than `capacity` (so engines ask for something smaller,
 * and `bytes` holds `length` all the same) only loses records and has arguments simplified. */
void mutate(struct mutation *mutation);

#endif
