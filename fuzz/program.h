/* program.h - a fuzz input as a program of pool operations: bytes, and what they mean. Every byte
 * string is a program; a short header means defaults, a trailing partial record is ignored.
 *
 *   header  | version 1 | verify 1 | reuse 1 | backend 1 | reserved 4 |
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
    PROGRAM_TAGS = 8,
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
    OP_KIND_COUNT
};

enum program_verify { PROGRAM_VERIFY_END, PROGRAM_VERIFY_START, PROGRAM_VERIFY_EXACT };
enum program_reuse { PROGRAM_REUSE_RECYCLE, PROGRAM_REUSE_PROTECT };
enum program_backend { PROGRAM_BACKEND_CLASSIC, PROGRAM_BACKEND_SEGMENT };
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

/* Asks for a new block. */
bool op_allocates(enum op_kind kind);

void program_decode(struct program *program, const uint8_t *bytes, size_t length);
/* The canonical bytes; `bytes` has room for PROGRAM_BYTES_MAX. Returns their number. */
size_t program_encode(const struct program *program, uint8_t *bytes);

/* Sizes are drawn toward the edges: headers, cache lines, pages. */
uint32_t program_size_of(uint16_t code);
/* The smallest code for `size`; false when none gives it. */
bool program_size_code(uint32_t size, uint16_t *code);

#endif
