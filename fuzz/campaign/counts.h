/* counts.h - what a target counts itself: lines "operations 4641508" in the file that
 * EXPOOL_FUZZ_STATS names, and "cell KIND FLAGS PLACEMENT injected detected". */
#ifndef FUZZ_CAMPAIGN_COUNTS_H
#define FUZZ_CAMPAIGN_COUNTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum count {
    COUNT_PROGRAMS,
    COUNT_OPERATIONS,
    COUNT_INJECTED,
    COUNT_DETECTED,
    COUNT_WRONG,
    COUNT_MISSED,
    COUNT_FALSE_ALARMS,
    COUNT_KNOWN, /* inputs that ended quietly in a bug already reported */
    COUNT_KINDS,
};

extern const char *const count_words[COUNT_KINDS];

struct counts {
    bool is_there;
    uint64_t at[COUNT_KINDS];
};

/* Reads the file; without it `counts` becomes empty. */
void counts_read(struct counts *counts, const char *path);
void counts_add(struct counts *sum, const struct counts *counts);

enum { CELLS_MAX = 4096, CELL_WORD_BYTES = 40 };

/* One kind of violation under one setting. */
struct cell {
    char kind[CELL_WORD_BYTES];
    char setting[2 * CELL_WORD_BYTES];
    uint64_t injected;
    uint64_t detected;
};

struct matrix {
    struct cell cells[CELLS_MAX];
    unsigned count;
    unsigned lost; /* lines for which there was no room */
};

/* Adds the file's cells. Once a process: its counts begin at nothing. */
void matrix_add(struct matrix *matrix, const char *path);

/* By kind, then by setting. */
void matrix_sort(struct matrix *matrix);

#endif
