/* model.h - what must be true: an independent account of the pool's promises. It shares no code
 * with the pool; it knows handles, the IRQL, locks and lists, and says before each operation what
 * has to come of it. */
#ifndef FUZZ_MODEL_H
#define FUZZ_MODEL_H

#include "fuzz/program.h"

#include <stdbool.h>
#include <stdint.h>

enum handle_state { HANDLE_EMPTY, HANDLE_LIVE, HANDLE_FREED };
enum damage { DAMAGE_NONE, DAMAGE_BEFORE, DAMAGE_AFTER, DAMAGE_BIT };

struct handle {
    enum handle_state state;
    unsigned char *address;
    uint32_t size;
    uint32_t tag;
    uint8_t pool;       /* enum program_pool */
    uint8_t seed;       /* of its contents */
    int8_t list;        /* the lookaside list it came from; -1: none */
    uint8_t generation; /* of that list, then */
    enum damage damage;
    unsigned char *damaged; /* the byte that was changed */
};

struct list_model {
    bool is_initialized;
    uint8_t pool;
    uint8_t generation; /* how often it was initialised: older entries are not for it */
    uint32_t tag;
    uint32_t size;
};

struct lock_model {
    bool is_held;
    uint8_t old_irql;
};

struct model {
    bool is_verifying;
    uint8_t verify; /* enum program_verify */
    uint8_t reuse;
    uint8_t irql;
    struct handle handles[PROGRAM_HANDLES];
    struct list_model lists[PROGRAM_LISTS];
    struct lock_model locks[PROGRAM_LOCKS];
};

enum outcome {
    OUTCOME_SKIP,     /* makes no sense now: not executed */
    OUTCOME_SUCCESS,  /* and silence */
    OUTCOME_NULL,     /* NULL, and silence */
    OUTCOME_BUGCHECK, /* exactly one */
};

struct expectation {
    enum outcome outcome;
    uint32_t code;
    uint32_t subcode;
    unsigned known; /* bit i: parameter[i] must be as given */
    uint64_t parameter[4];
    const struct handle *about; /* the block the bug check must name; NULL: not checked */
    unsigned char *address;     /* what the operation touches or frees, where that is not obvious */
    unsigned length;            /* how many bytes from there on it changes */
};

void model_start(struct model *model, bool is_verifying, const struct program *program);

/* What must come of `op` now. */
struct expectation model_expect(const struct model *model, const struct op *op);

/* The operation was executed and came out as expected; `result` is what an allocation returned. */
void model_apply(struct model *model, const struct op *op, const struct expectation *expected,
                 void *result);

uint32_t model_tag(uint8_t code);
bool model_pool_is_paged(uint8_t pool);
bool model_pool_is_aligned(uint8_t pool);
uint32_t model_pool_type(uint8_t pool); /* as stop parameters show it, without cache alignment */
/* The size an operation asks for: of a lookaside entry that of its list. */
uint32_t model_size(const struct model *model, const struct op *op);
unsigned char *model_guard(const struct handle *handle); /* first byte of the guard behind it */
unsigned char *model_page(const unsigned char *address); /* start of its page */
uint32_t model_entry_size(const struct op *op);          /* what OP_LIST_INIT asks for */
unsigned model_live(const struct model *model);
/* Nobody live shares the freed block's pages, so its slot has not come round. */
bool model_is_still_freed(const struct model *model, const struct handle *handle);

#endif
