/* expool/control.h - the page by which a verified process is seen and steered from outside: what is
 * in force, its counters behind it (counters.h), and what it is asked to do. `verifier`,
 * `expool run` and monitors read it; no ptrace, no thread, no signal.
 *
 *   /proc/PID/fd/N -> /memfd:expool-control     | control, counters of that process |
 *   $EXPOOL_RUN (expool run's, for all of them) | directory | control, counters | control ...
 *
 * Numbers are written without locks: each is right by itself, two of them may be a moment apart. */
#ifndef EXPOOL_CONTROL_H
#define EXPOOL_CONTROL_H

#include "expool/counters.h"
#include "expool/verifier.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define EXPOOL_CONTROL_MAGIC   0x6c6f6f7078654b50ull /* "PKexpool" in memory */
#define EXPOOL_DIRECTORY_MAGIC 0x6c6f6f7078654444ull /* "DDexpool" */
#define EXPOOL_CONTROL_VERSION 1u
#define EXPOOL_CONTROL_BYTES   8192u
#define EXPOOL_CONTROL_DRIVERS 24u
#define EXPOOL_CONTROL_FILE    "expool-control" /* the memfd's name */
#define EXPOOL_RUN_VARIABLE    "EXPOOL_RUN"     /* path of the file of expool run */

/* A process's place in such a file. */
#define EXPOOL_ENTRY_BYTES (EXPOOL_CONTROL_BYTES + (uint32_t)sizeof(struct expool_counters))

enum expool_control_state {
    EXPOOL_CONTROL_NONE = 0,
    EXPOOL_CONTROL_RUNNING = 1,  /* or ended without a chance to say so */
    EXPOOL_CONTROL_ENDED = 2,    /* the process came to its end, with exit_status */
    EXPOOL_CONTROL_REPLACED = 3, /* it executes another program */
};

/* What a process may be asked; it acts at its next allocation or free. */
enum expool_control_ask {
    EXPOOL_ASK_RULES = 1,          /* ask_rules are in force from now on */
    EXPOOL_ASK_OPTIONS = 2,        /* ask_text: "key=value:...", as EXPOOL_OPTIONS */
    EXPOOL_ASK_SWEEP = 4,          /* look at every live block */
    EXPOOL_ASK_TELL = 8,           /* write `driver` anew; nothing changes */
    EXPOOL_ASK_ADD_DRIVER = 16,    /* ask_text: names, blanks between */
    EXPOOL_ASK_REMOVE_DRIVER = 32, /* the same */
};

enum expool_control_answer {
    EXPOOL_ANSWER_DONE = 0,
    EXPOOL_ANSWER_REFUSED = 1, /* nothing changed; answer_text says why */
};

struct expool_control {
    uint64_t magic; /* written last */
    uint32_t version;
    uint32_t bytes; /* of this page and the counters behind it */
    uint32_t state; /* enum expool_control_state */
    uint32_t pid;   /* as the process itself knows it */
    uint32_t parent;
    uint32_t tier;  /* enum expool_tier */
    uint32_t rules; /* in force; 0: verifier off */
    uint32_t is_preloaded;
    uint64_t seed;
    uint64_t started_s; /* of the verifier, seconds since 1970 */
    /* A forked child's counters go on from its parent's, which were: */
    uint64_t inherited_attempted;
    uint64_t inherited_special_pool;
    uint64_t inherited_reports;
    uint64_t inherited_leaks;
    char name[64];         /* of the program; cut to fit */
    char options[1024];    /* that differ from their defaults; cut to fit */
    char drivers[512];     /* those named, blanks between; empty: all are verified */
    uint32_t driver_count; /* of `driver`, as it was when last told */
    struct expool_verifier_driver driver[EXPOOL_CONTROL_DRIVERS];

    /* A line of the processor's cache of its own: read at every allocation. */
    uint32_t asked __attribute__((aligned(64))); /* the last request's number: it is complete */
    uint32_t answered;                           /* the last one acted upon */
    uint32_t asking; /* process id of who is writing a request, 0: nobody */
    uint32_t ask;    /* enum expool_control_ask, one bit or more */
    uint32_t ask_rules;
    uint32_t answer;    /* enum expool_control_answer */
    uint64_t swept;     /* blocks that the last sweep looked at */
    char ask_text[512]; /* with its 0 */
    char answer_text[256];
    char command[256];    /* its words, blanks between; cut to fit */
    uint32_t exit_status; /* once it has ended; 0 where a sanitizer's end is not told */
    uint32_t is_forked;   /* of a process that goes on; it executed nothing since */
    uint64_t started_ms;  /* since some fixed moment */
    uint64_t ended_ms;    /* when it ended or was replaced */
} __attribute__((aligned(4096)));

/* The first page of expool run's file. */
struct expool_directory {
    uint64_t magic;
    uint32_t version;
    uint32_t entry_bytes; /* a process's control and counters */
    uint32_t room;        /* for how many processes, behind this */
    uint32_t taken;       /* grows; those beyond `room` found none */
    uint32_t owner;       /* process id of expool run */
} __attribute__((aligned(4096)));

#ifdef __cplusplus
}
#endif
#endif
