/* model.h - what must be true: an independent account of the pool's promises. It shares no code
 * with the pool; it knows handles, the IRQL, locks, lists, processes, what is charged to whom, and
 * says before each operation what has to come of it.
 *   model_expect.c    which rule is asked for each operation
 *   model_allocate.c  model_free.c  model_touch.c  model_list.c  model_level.c   their rules
 *   model_crowd.c     many blocks at once
 *   model_memory.c    tags, processes, limits
 *   model_peak.c      the most that tags and classes had
 *   model_scene.c     scenes of more than one call, Force IRQL checking
 *   model_verifier.c  what the verifier counts */
#ifndef FUZZ_MODEL_H
#define FUZZ_MODEL_H

#include "fuzz/forms.h"
#include "fuzz/program.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    MODEL_TAG_NONE = PROGRAM_TAGS,     /* what routines without a tag give */
    MODEL_TAG_EDGE = PROGRAM_TAGS + 1, /* one readable letter, the first or last of its kind */
    MODEL_TAGS_EDGE = 6,
    MODEL_TAGS = MODEL_TAG_EDGE + MODEL_TAGS_EDGE,
    MODEL_CLASSES = 2, /* non-paged, paged */
    MODEL_KEPT_MAX = 16,
    MODEL_ENTRIES = 16, /* of the interlocked list */
    MODEL_CROWD_MAX = 70000,
    MODEL_CROWDS_MAX = 200000, /* blocks that come in crowds, of a program */
};

enum handle_state { HANDLE_EMPTY, HANDLE_LIVE, HANDLE_FREED };
enum damage { DAMAGE_NONE, DAMAGE_BEFORE, DAMAGE_AFTER, DAMAGE_BIT };

/* Where a block lies: who looks after it. */
enum place { PLACE_POOL, PLACE_TRACKED, PLACE_SPECIAL, PLACE_COUNT };

/* What a block costs: exactly known but for cache-aligned ones. */
struct charge {
    uint32_t least;
    uint32_t most;
};

struct handle {
    enum handle_state state;
    enum place place;
    unsigned char *address;
    uint32_t size;
    uint32_t tag;
    uint8_t tag_index;  /* 0 .. MODEL_TAGS - 1 */
    uint8_t pool;       /* enum program_pool */
    uint8_t seed;       /* of its contents */
    uint8_t process;    /* who pays */
    uint8_t side;       /* enum program_verify: where it lies in its page */
    bool is_protected;  /* the free must give the tag */
    int8_t list;        /* the lookaside list it came from; -1: none */
    uint8_t generation; /* of that list, then */
    uint32_t freed_at;  /* model.rests then */
    uint32_t left_at;   /* model.walked then */
    uint32_t told_at;   /* model.tracked_frees then */
    uint64_t number;    /* of blocks that were asked for, it is this one */
    uint32_t quota;     /* bytes charged to `process`; 0: none */
    struct charge charge;
    bool is_reused; /* freed, and somebody else has been there since: it is he who is told of */
    enum damage damage;
    unsigned char *damaged; /* the byte that was changed */
};

struct list_model {
    bool is_initialized;
    uint8_t form; /* enum list_form */
    bool has_own_allocate;
    bool has_own_free;
    bool raises;  /* when there is no memory */
    uint8_t bits; /* of its flags, into the POOL_TYPE that its routine sees */
    uint8_t pool;
    uint8_t generation; /* how often it was initialised: older entries are not for it */
    uint8_t tag_index;
    uint32_t tag;
    uint32_t size;
    uint32_t allocates; /* its own counters, which anybody can read */
    uint32_t allocate_misses;
    uint32_t frees;
    uint32_t free_misses;
    unsigned depth;  /* how many it keeps at most */
    uint32_t second; /* when its depth was last thought of, and what it had counted then */
    uint32_t seen_allocates;
    uint32_t seen_misses;
    unsigned kept_count;
    struct handle kept[MODEL_KEPT_MAX]; /* the last is handed out first */
};

enum list_form { LIST_EX, LIST_OLD };

struct lock_model {
    bool is_held;
    uint8_t old_irql;
};

/* A pool tells rows what it counts now and then: a row may hear of one count late while another
 * has fallen. Each count by itself, by kind of pool and spelling of the tag, is heard of with each
 * block of whole pages; whoever reads makes them tell. */
enum { MODEL_COUNTS = 4 };

struct count_model {
    uint64_t bytes;
    uint64_t high; /* the most since somebody read */
    bool has_changed;
};

struct peak_model {
    uint64_t highs;   /* the sum of its counts' */
    uint64_t most;    /* no peak is above */
    uint64_t sure;    /* nor below */
    uint64_t pending; /* nor below this, if one count alone has changed until somebody reads */
    unsigned changed; /* counts since somebody read */
};

struct tag_model { /* since the program began */
    uint64_t allocations;
    uint64_t frees;
    uint64_t least_bytes;
    uint64_t most_bytes;
    uint64_t peak_bytes; /* the most of `least_bytes` */
    struct peak_model peak;
    struct count_model counts[MODEL_COUNTS];
};

struct process_model {
    bool is_open;
    size_t used[MODEL_CLASSES];
    size_t peak[MODEL_CLASSES];
    size_t peak_most[MODEL_CLASSES]; /* with what was charged for a moment, and came to nothing */
    size_t by_hand[MODEL_CLASSES];   /* of `used`, charged by OP_CHARGE */
};

/* What the verifier counts, since the program began. */
struct verified_model {
    uint64_t blocks; /* in special pool, or tracked */
    uint64_t bytes;  /* as asked for */
    uint64_t peak_blocks;
    uint64_t peak_bytes;
};

struct verifier_model {
    uint64_t injected;       /* requests made to fail */
    uint64_t refused;        /* requests for which no memory was left */
    uint64_t not_selected;   /* requests that special pool was not meant for */
    uint64_t tagless_least;  /* requests by ExAllocatePool, that reached it */
    uint64_t tagless_most;   /* calls of all routines that take no tag */
    uint64_t raises;         /* of the IRQL */
    bool has_other_raises;   /* and some that nobody has counted */
    uint64_t locks_taken;    /* spin locks */
    uint64_t locks_refused;  /* which it may count, or not */
    uint64_t trims_asked;    /* raises to DISPATCH_LEVEL under Force IRQL checking */
    uint64_t trims_least;    /* of these, when a paged block had been asked for since the last */
    bool is_paged_reachable; /* a paged block was asked for since the last trim */
    struct verified_model pool[MODEL_CLASSES];
};

/* An episode of refusals begins with an event, and ends when less is in use: then the next refusal
 * is told of again. */
enum episode { EPISODE_NONE, EPISODE_ON, EPISODE_PERHAPS };

struct class_model {
    uint64_t limit_pages; /* UINT64_MAX: none */
    uint64_t peak_pages;  /* of special pool's */
    uint64_t least_bytes; /* charged, all tags together */
    struct peak_model peak;
    bool is_low; /* the class said so after the last operation */
    bool is_exhausted;
    enum episode episode;
    uint64_t episode_pages; /* in use at its event */
    uint64_t base_pages;    /* in use when the program began */
    uint64_t special_pages;
    uint64_t used_pages; /* read before each request; UINT64_MAX: not known */
    bool is_mixed; /* normal pool was asked, too: how many pages are in use is not known exactly */
};

struct model {
    bool is_verifying;
    bool is_special;  /* the rule is in force */
    bool is_tracking; /* the rule is in force */
    uint8_t verify;   /* enum program_verify */
    uint8_t reuse;
    uint8_t special; /* enum program_special */
    uint8_t failing;
    bool is_compared; /* with another course: nothing is done that depends on where blocks lie */
    bool is_haunted;  /* the verifier ran before, and knows blocks that were tracked then */
    uint8_t irql;
    uint32_t second;        /* of the program's clock */
    uint8_t process;        /* attached to */
    bool has_paged_out;     /* paged blocks may be out: at DISPATCH_LEVEL nobody touches them */
    bool is_alone;          /* a process of its own: what stays behind harms nobody */
    bool is_away;           /* paged blocks are out of reach, and nobody has looked since */
    bool forces_irql;       /* Force IRQL checking: paged blocks are away at DISPATCH_LEVEL */
    uint64_t requests;      /* that reached the verifier */
    bool is_rough;          /* how many did is not known for sure */
    uint64_t special_count; /* blocks there, now */
    uint64_t special_allocations;
    uint64_t special_peak;
    uint32_t rests[2]; /* one-page blocks freed there: no-execute, executable */
    uint32_t crowded;  /* blocks that came in crowds */
    uint32_t tracked_frees;
    uint32_t walked[2]; /* units of two pages that blocks and frees took there, at the most */
    uint64_t stops;     /* bug checks so far */
    uint64_t numbers;   /* blocks asked for one by one */
    struct verifier_model verifier;
    struct handle handles[PROGRAM_HANDLES];
    struct list_model lists[PROGRAM_LISTS];
    struct lock_model locks[PROGRAM_LOCKS];
    struct tag_model tags[MODEL_TAGS][MODEL_CLASSES];
    struct process_model processes[PROGRAM_PROCESSES];
    struct class_model classes[MODEL_CLASSES];
    unsigned entries_count; /* of the interlocked list */
    uint8_t entries[MODEL_ENTRIES];
};

enum outcome {
    OUTCOME_SKIP,     /* makes no sense now: not executed */
    OUTCOME_SUCCESS,  /* and silence */
    OUTCOME_NULL,     /* NULL, and silence */
    OUTCOME_BUGCHECK, /* exactly one */
    OUTCOME_RAISE,    /* an exception with `code` as its status */
};

enum { EXPECT_STOPS_MAX = 5 };

struct expectation {
    enum outcome outcome;
    uint32_t code;
    uint32_t subcode;
    unsigned known; /* bit i: parameter[i] must be as given */
    uint64_t parameter[4];
    const struct handle *about; /* the block the bug check must name; NULL: not checked */
    bool is_rough;              /* its size is not known there */
    bool may_fail; /* or it gets no memory, as `failure` says: nobody outside can know */
    enum outcome failure;
    uint32_t failure_status;
    unsigned also_count; /* other stops that are as right: code and subcode */
    uint32_t also[EXPECT_STOPS_MAX][2];
    unsigned char *address; /* what the operation touches or frees, where that is not obvious */
    unsigned length;        /* how many bytes from there on it changes */
    unsigned requests;      /* that reach the verifier */
    bool is_unsure;         /* or do not: a modest one may be refused before */
    bool is_told;           /* when it fails, then of a limit, and that is told of once */
};

void model_start(struct model *model, bool is_verifying, const struct program *program);

/* What must come of `op` now. */
struct expectation model_expect(const struct model *model, const struct op *op);

/* The operation was executed and came out as expected; `result` is what an allocation returned. */
void model_apply(struct model *model, const struct op *op, const struct expectation *expected,
                 void *result);

/* What a peak that is read now is not below. */
uint64_t model_peak_least(const struct peak_model *peak);
/* Somebody has read what all tags count. */
void model_note_read(struct model *model);

/* Of the blocks not freed yet the one that was asked for first: of those in special pool, or of the
 * tracked ones. NULL: there is none. */
const struct handle *model_oldest(const struct model *model, enum place place);

uint32_t model_tag(uint8_t index);
uint8_t model_tag_index(const struct op *op); /* of the block that it asks for */
bool model_pool_is_paged(uint8_t pool);
bool model_pool_is_aligned(uint8_t pool);
uint32_t model_pool_type(uint8_t pool); /* as stop parameters show it, without cache alignment */
/* The size an operation asks for: of a lookaside entry that of its list. */
uint32_t model_size(const struct model *model, const struct op *op);
/* The pool it asks; of a lookaside entry that of its list. */
uint8_t model_pool(const struct model *model, const struct op *op);
unsigned char *model_guard(const struct handle *handle); /* first byte of the guard behind it */
unsigned char *model_page(const unsigned char *address); /* start of its page */
uint32_t model_entry_size(const struct op *op);          /* what OP_LIST_INIT asks for */
/* The list that an operation makes; its pool is as the operation says. */
struct list_model model_list_wanted(const struct op *op);
unsigned model_live(const struct model *model);
/* The harness itself may touch it now: what is paged out stops at DISPATCH_LEVEL. */
bool model_is_touchable(const struct model *model, const struct handle *handle);
/* Of these, what the verifier can tell of at the end. */
unsigned model_leaks(const struct model *model);
/* Nobody live shares the freed block's pages, so its slot has not come round. */
void model_note_freed(struct model *model, struct handle *handle);
bool model_is_still_freed(const struct model *model, const struct handle *handle);
/* How OP_CROWD asks for each of its blocks, and in which order it frees them: as they came, the
 * last first, every second or third first; the third ones are asked for again. */
enum crowd_order { CROWD_FORWARD, CROWD_BACKWARD, CROWD_HOLES, CROWD_REFILLED };
struct op model_crowd_member(const struct op *op);
enum crowd_order model_crowd_order(const struct op *op);
/* How SCENE_OBJECT_IN_BLOCK asks for its block. */
struct op model_scene_block(const struct op *op);
/* The block that an allocating operation asks for. */
struct handle model_wanted(const struct model *model, const struct op *op);
/* Special pool gives a place to somebody else too soon after it was freed. */
bool model_rests_too_short(const struct model *model, const struct handle *taken);
/* What a block of that place, pool and size costs. */
struct charge model_charge(enum place place, uint8_t pool, uint32_t size);
/* What OP_FREE_WRONG_SIZE gives for it: more than it has, with the high bit of aux less; of what
 * cannot be less, more. Never 0, which asks for no check. */
uint32_t model_wrong_size(const struct handle *handle, const struct op *op);
/* Bytes that may be used of a live block besides those asked for. */
uint32_t model_trailer(const struct handle *handle);
size_t model_process_limit(unsigned process, unsigned pool_class);
uint64_t model_limit_pages(enum program_limit limit);
/* So many hundredths of a limit, as its levels are counted. */
uint64_t model_part_of(uint64_t pages, unsigned percent);
/* One thing at a time: where a request is made to fail, limits let all others pass. */
enum program_limit model_program_limit(const struct program *program);

#endif
