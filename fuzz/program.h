/* program.h - a fuzz input as a program of pool operations: bytes, and what they mean. Every byte
 * string is a program; a short header means defaults, a trailing partial record is ignored.
 *
 *   header  | version 1 | verify 1 | reuse 1 | backend 1 | limit 1 | failing 1 | special 1 |
 *           | seed 1 |
 *   record  | op 1 | handle 1 | size 2 | tag 1 | pool 1 | irql 1 | aux 1 |   x 0 .. 256
 *
 * `op` goes through a table of 256, so that popular operations have more entries; a new one takes
 * the last entries of another and renumbers none. Encoding a decoded program gives its canonical
 * bytes; decoding those gives the same program. */
#ifndef FUZZ_PROGRAM_H
#define FUZZ_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    PROGRAM_VERSION = 1,
    PROGRAM_HEADER_BYTES = 8,
    PROGRAM_RECORD_BYTES = 8,
    PROGRAM_OPS_MAX = 256,
    PROGRAM_HANDLES = 64,
    PROGRAM_LISTS = 4,
    PROGRAM_LOCKS = 4,
    PROGRAM_PROCESSES = 4, /* 0 is the system's */
    PROGRAM_TAGS = 8,
    PROGRAM_SEEDS = 8,
    PROGRAM_FAILING_COUNT = 64,
    PROGRAM_BYTES_MAX = PROGRAM_HEADER_BYTES + PROGRAM_OPS_MAX * PROGRAM_RECORD_BYTES,
};

enum op_kind {
    /* what a driver does */
    OP_ALLOC2,
    OP_ALLOC_TAG,
    OP_ALLOC_ZERO,
    OP_FREE,
    OP_FREE_TAG,
    OP_FREE2,
    OP_CHECK, /* contents against the model, then new contents */
    OP_RAISE,
    OP_LOWER,
    OP_ACQUIRE,
    OP_RELEASE,
    OP_LIST_INIT,
    OP_LIST_ALLOC,
    OP_LIST_FREE,
    OP_LIST_DELETE,
    /* what it must not do, in any mode */
    OP_BAD_FLAGS,
    OP_TAG_ZERO,
    OP_ZERO_BYTES,
    OP_FREE_TWICE,
    OP_FREE_WRONG_TAG,
    OP_FREE_WRONG_SIZE,
    OP_FREE_MIDDLE,
    OP_FREE_MISALIGNED,
    OP_FREE_FOREIGN,
    OP_FREE_NULL,
    /* what only special pool sees; skipped without the verifier */
    OP_READ_GUARD,
    OP_WRITE_GUARD,
    OP_READ_SLACK, /* must stay silent */
    OP_WRITE_SLACK,
    OP_FLIP_SLACK,
    OP_WRITE_BEFORE,
    OP_READ_FREED,
    OP_WRITE_FREED,
    OP_FREE_STALE,
    OP_SWEEP,
    /* what a driver does, come later */
    OP_ALLOC_PRIORITY,
    OP_ALLOC_QUOTA,
    OP_ALLOC3,
    OP_TRIM,
    OP_ALLOC_FORM, /* aux: the form of the call, forms.h */
    OP_FREE_FORM,
    OP_BAD_CALL, /* aux: which */
    OP_ATTACH,   /* to a process, which pays for quota */
    OP_CHARGE,
    OP_QUERY,
    OP_AUDIT, /* every number that can be read against the model */
    OP_LIST_INIT_FORM,
    OP_LIST_FLUSH,
    OP_SLIST,
    OP_CHURN, /* so many blocks of one size, one after the other */
    OP_RULES, /* other rules in force from now on */
    OP_RESET, /* the verifier frees what is left */
    OP_PAGE_OUT,
    OP_PROBE_HEADER,  /* damages a header, has it found, and mends it */
    OP_CROWD,         /* many blocks of one size at once; handle: in which form, freed how */
    OP_LIST_CROWD,    /* many entries of one list at once */
    OP_TOUCH,         /* a byte of a block, as its owner does: at DISPATCH_LEVEL, too */
    OP_FORCE_IRQL,    /* Force IRQL checking on or off */
    OP_SCENE,         /* aux: which, scenes.h */
    OP_ALLOC_MORE,    /* aux: the form of the call, those behind OP_ALLOC_FORM's */
    OP_BAD_MORE,      /* the same of calls that cannot succeed */
    OP_SCENE_MORE,    /* and of scenes */
    OP_LIST_INIT_OWN, /* handle: the list, and which routines and flags */
    OP_KIND_COUNT
};

enum program_verify {
    PROGRAM_VERIFY_END,
    PROGRAM_VERIFY_START,
    PROGRAM_VERIFY_EXACT,
    PROGRAM_VERIFY_COUNT
};
enum program_reuse { PROGRAM_REUSE_RECYCLE, PROGRAM_REUSE_PROTECT };
enum program_backend { PROGRAM_BACKEND_CLASSIC, PROGRAM_BACKEND_SEGMENT };
/* How much each class of pool may hold. */
enum program_limit {
    PROGRAM_LIMIT_NONE,
    PROGRAM_LIMIT_ROOMY, /* 256 pages */
    PROGRAM_LIMIT_TIGHT, /* 64 */
    PROGRAM_LIMIT_TINY,  /* 12 */
    PROGRAM_LIMIT_COUNT
};
/* Which verified blocks lie in special pool; the others are tracked in normal pool. */
enum program_special {
    PROGRAM_SPECIAL_ALL,
    PROGRAM_SPECIAL_NONE,
    PROGRAM_SPECIAL_TAGS,   /* tag=Fuz?;Toke */
    PROGRAM_SPECIAL_SIZES,  /* size=17-512 */
    PROGRAM_SPECIAL_NARROW, /* all, with a pattern of 16 bytes */
    PROGRAM_SPECIAL_WIDE,   /* all, with a pattern of a page */
    PROGRAM_SPECIAL_COUNT
};
enum program_pool {
    PROGRAM_POOL_NX,
    PROGRAM_POOL_PAGED,
    PROGRAM_POOL_EXECUTE,
    PROGRAM_POOL_NX_ALIGNED,
    PROGRAM_POOL_PAGED_ALIGNED,
    PROGRAM_POOL_COUNT
};

struct op {
    enum op_kind kind;
    uint8_t handle; /* 0 .. 63; of lists and locks the low two bits */
    uint32_t size;
    uint8_t tag;  /* 0 .. 7 */
    uint8_t pool; /* enum program_pool */
    uint8_t irql; /* 0 .. 15 */
    uint8_t aux;
};

struct program {
    uint8_t verify;
    uint8_t reuse;
    uint8_t backend;
    uint8_t limit;   /* enum program_limit */
    uint8_t failing; /* which request fails under the verifier, 1 .. 63; 0: none */
    uint8_t special; /* enum program_special */
    uint8_t seed;    /* of fill patterns and slots, 0 .. 7 */
    unsigned count;
    struct op ops[PROGRAM_OPS_MAX];
};

/* Which fields an operation looks at; the others decode as 0 and are not printed. */
enum op_field {
    FIELD_HANDLE = 1,
    FIELD_SIZE = 2,
    FIELD_TAG = 4,
    FIELD_POOL = 8,
    FIELD_IRQL = 16,
    FIELD_AUX = 32,
};

struct op_row {
    const char *name;
    unsigned fields;
    unsigned weight; /* entries among the 256 */
    bool is_later;   /* taken from the end of what OP_ALLOC2 had, or `from` */
    enum op_kind from;
};

extern const struct op_row op_rows[OP_KIND_COUNT];

/* What a record's first byte means. */
enum op_kind op_kind_of(uint8_t byte);

/* Asks for a new block. */
bool op_allocates(enum op_kind kind);

/* The same operations with the rare settings as ever: memory for all, under the verifier all blocks
 * in special pool. Good until the next call. */
const struct program *program_usual(const struct program *program);

void program_decode(struct program *program, const uint8_t *bytes, size_t length);
/* The canonical bytes; `bytes` has room for PROGRAM_BYTES_MAX. Returns their number. */
size_t program_encode(const struct program *program, uint8_t *bytes);

/* Sizes are drawn toward the edges: headers, cache lines, pages. */
uint32_t program_size_of(uint16_t code);
/* The smallest code for `size`; false when none gives it. */
bool program_size_code(uint32_t size, uint16_t *code);

#endif
