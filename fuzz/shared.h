/* shared.h - what all threads of a program use at once besides blocks: lookaside lists, spin locks,
 * an interlocked list, the charge of one process, tags of which few stay in a thread's table, and a
 * block that all free at the same moment. A few rounds each time; the accounts must be exact when
 * all stand still. */
#ifndef FUZZ_SHARED_H
#define FUZZ_SHARED_H

#include "fuzz/program.h"

#include <stdint.h>

#include <wdm.h>

enum { SHARED_ENTRIES = 8, SHARED_TAGS = 40 };

struct shared_entry {
    SLIST_ENTRY link;
    uintptr_t owner; /* who has popped it; 0: it is in the list */
};

struct shared {
    LOOKASIDE_LIST_EX lists[PROGRAM_LISTS];
    KSPIN_LOCK locks[PROGRAM_LOCKS];
    uint64_t guarded[PROGRAM_LOCKS]; /* by the lock of that number and nothing else */
    SLIST_HEADER head;
    struct shared_entry entries[SHARED_ENTRIES];
    PEPROCESS process;            /* pays for all of them */
    uint64_t tagged[SHARED_TAGS]; /* blocks of each tag in all programs before */
    void *common;                 /* a block that every thread frees; NULL: none */
};

/* What one thread did to them. */
struct shared_use {
    uint64_t acquired[PROGRAM_LOCKS];
    uint64_t taken[PROGRAM_LISTS];
    uint64_t given[PROGRAM_LISTS];
    uint64_t tagged[SHARED_TAGS];
};

/* A program begins; `process` and the lists are the caller's to set. */
void shared_start(struct shared *shared);

void shared_lock(struct shared *shared, struct shared_use *use, unsigned lock);

/* Entries of a lookaside list come and go. NULL, or what is wrong. */
const char *shared_list(struct shared *shared, struct shared_use *use, unsigned list);

/* `self` is no other thread's. NULL, or what is wrong. */
const char *shared_pop_and_push(struct shared *shared, uintptr_t self);

/* Charges and returns, `pool` says which class. NULL, or what is wrong. */
const char *shared_charge(struct shared *shared, unsigned pool);

/* Blocks come and go, each with another tag. NULL, or what is wrong. */
const char *shared_tags(struct shared_use *use, const struct op *op);

void shared_make_common(struct shared *shared);
void shared_free_common(struct shared *shared);

/* The program is over; nobody runs. `uses` are all threads'. NULL, or what is wrong. */
const char *shared_check(struct shared *shared, const struct shared_use *uses);

#endif
