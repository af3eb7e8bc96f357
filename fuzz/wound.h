/* wound.h - what of the plain pool's own bytes is not as the pool wrote it: headers, and the links
 * that a free block holds behind its header. Sixteen bytes each. The pool mends what it writes
 * anew; a wound is open while the bytes are as the damage left them. */
#ifndef FUZZ_WOUND_H
#define FUZZ_WOUND_H

#include "fuzz/damage.h"
#include "fuzz/header.h"

enum { WOUNDS_MAX = 2 * PROGRAM_OPS_MAX };

enum wound_kind {
    WOUND_HEADER,
    WOUND_LINKS,     /* of a free block */
    WOUND_ELSEWHERE, /* of nobody's but a block's bytes */
    WOUND_UNKNOWN,   /* nobody outside knows what lies there */
};

struct wound {
    unsigned char *at;
    enum wound_kind kind;
    uint64_t before[HEADER_WORDS];
    uint64_t after[HEADER_WORDS];
    unsigned char *header; /* of the block it belongs to */
    unsigned units;
    bool is_of_free;  /* which lay in the pool's lists then */
    bool is_open;     /* when wounds_look was called last */
    bool is_in_place; /* and its block still lies there, free */
    /* A header changed and changed back: nobody told it of a neighbour that was cut meanwhile. */
    bool missed_news;
};

struct wounds {
    unsigned count;
    struct wound rows[WOUNDS_MAX];
    unsigned retired_count;
    unsigned char *retired[WOUNDS_MAX]; /* pages that a stop has put out of use */
};

/* Before the bytes are written, and after. */
void wounds_before(struct wounds *wounds, const struct model *model,
                   const struct damage_bytes *bytes);
void wounds_after(struct wounds *wounds, const struct damage_bytes *bytes);

/* The bytes have damaged a header, and its page is in use. */
bool wounds_hit_header(const struct wounds *wounds, const struct damage_bytes *bytes);

/* Which are open now. */
void wounds_look(struct wounds *wounds);

/* The page of `at` takes nothing back any more and gives nothing. */
void wounds_retire(struct wounds *wounds, const unsigned char *at);
bool wounds_are_retired(const struct wounds *wounds, const unsigned char *at);

/* As of the last look: the header is not as its seal says. */
bool wounds_break(const struct wounds *wounds, const unsigned char *header);

/* At any time something was written there. */
bool wounds_touched(const struct wounds *wounds, const unsigned char *at);

/* As of the last look: an open one of that kind in the page, or anywhere when `page` is NULL. */
bool wounds_have(const struct wounds *wounds, enum wound_kind kind, const unsigned char *page);

/* As of the last look: in a page that is in use something may keep the pool from being sound. */
bool wounds_spoil(const struct wounds *wounds);

/* As of the last look: `block` lies in a free block that must not be given, since its header or a
 * link of it is not as the pool wrote it. Links are written anew for all when a page goes out of
 * use: `are_listed_anew`. */
bool wounds_forbid(const struct wounds *wounds, const unsigned char *block, bool are_listed_anew);

/* Since the last look, and with no page gone out of use: a cache has taken such a block. */
bool wounds_taken(const struct wounds *wounds);

#endif
