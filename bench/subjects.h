/* subjects.h - who is measured: the pool in its three forms, and its peers. */
#ifndef BENCH_SUBJECTS_H
#define BENCH_SUBJECTS_H

#include <stdbool.h>

enum subject_id {
    SUBJECT_EXPOOL,
    SUBJECT_UNSEALED,
    SUBJECT_SHARED,
    SUBJECT_GLIBC,
    SUBJECT_JEMALLOC,
    SUBJECT_MIMALLOC,
    SUBJECT_TCMALLOC,
    SUBJECT_SCUDO,
    SUBJECT_GLIBC_CHECK,
    SUBJECT_HARDENED,
    SUBJECT_COUNT,
};

enum subject_kind { KIND_OURS, KIND_FAST, KIND_HARDENED };

enum { SUBJECT_PATH_MAX = 512 };

struct subject {
    const char *word;
    enum subject_kind kind;
    const char *program;     /* beside the runner */
    const char *environment; /* one "NAME=value", or NULL */
    const char *libraries; /* where LD_PRELOAD finds it: patterns with ':' between; NULL: nothing */
    const char *origin;    /* the package, or what to do about it */
    char library[SUBJECT_PATH_MAX]; /* found by subjects_look; "" when none is needed */
    bool is_there;
};

extern struct subject subjects[SUBJECT_COUNT];

/* Finds the programs in `folder` and the peers' libraries on this machine. EXPOOL_BENCH_HARDENED
 * may name the library of a hardened malloc. Returns how many subjects are there. */
unsigned subjects_look(const char *folder);

/* Says in one line each what is missing and where it would come from. */
void subjects_name_missing(void);

int subject_find(const char *word); /* -1: none of that name */

#endif
