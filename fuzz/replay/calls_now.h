/* calls_now.h - the record under way: what the files calls*.c share and nobody else sees. */
#ifndef FUZZ_REPLAY_CALLS_NOW_H
#define FUZZ_REPLAY_CALLS_NOW_H

#include "fuzz/replay/calls.h"
#include "fuzz/replay/calls_blocks.h"

#include <inttypes.h>

enum {
    STATEMENT_BYTES = 4096,
    LINE_BYTES = 512,
    CALLS_VALUES = 64,
    SEEN_BYTES = 16384,
    HEX_FROM = 4096,
};

/* What came of the operation under way, as statements of C: all hold when it comes again. */
struct calls_conditions {
    size_t at;
    char text[SEEN_BYTES];
};

/* A number that a call of the operation under way returned, and where its statement stands. */
struct calls_value {
    size_t at;
    uint64_t value;
};

struct calls_now {
    struct calls *record;
    char statement[STATEMENT_BYTES]; /* being built */
    size_t at;
    bool is_open;    /* its call has been made and has not come back */
    unsigned nested; /* calls within it, by a routine of the harness that the library called */
    unsigned arguments;
    char operation[LINE_BYTES]; /* not written yet; "" */
    unsigned value_count;
    struct calls_value values[CALLS_VALUES];
    struct calls_conditions returned;
    struct calls_conditions filled;
    struct calls_conditions bugcheck; /* the last */
    uintptr_t objects[CALLS_OBJECTS];
    expool_bugcheck_hook *hook;
    void *hook_context;
    unsigned came;
    bool frees;      /* the statement being built gives something back */
    bool has_looked; /* at contents, during the operation */
    int last_block;  /* the number of the pointer that came back last */
};

extern struct calls_now now;

/* Into the record; into the statement being built; into conditions. */
__attribute__((format(printf, 1, 2))) void calls_write(const char *format, ...);
__attribute__((format(printf, 1, 2))) void calls_add(const char *format, ...);
__attribute__((format(printf, 2, 3))) void calls_saw(struct calls_conditions *conditions,
                                                     const char *format, ...);

void calls_write_operation(void);
void calls_print_pointer(char *to, size_t capacity, uintptr_t value);
void calls_write_change(const struct calls_change *change);
/* Contents are looked at before the call that frees them. */
void calls_write_looks(unsigned number);
/* The statement that was written last, written again with something around it. */
void calls_rewrite(const char *before, const char *behind);

#endif
