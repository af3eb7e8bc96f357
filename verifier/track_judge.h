/* track_judge.h - the record of one tracked block, and what is right and wrong about its free. */
#ifndef VERIFIER_TRACK_JUDGE_H
#define VERIFIER_TRACK_JUDGE_H

#include "pool/request.h"
#include "pool/stack.h"
#include "pool/story.h"
#include "pool/violation.h"

#include <stdbool.h>
#include <stdint.h>

enum track_state { TRACK_NONE, TRACK_LIVE, TRACK_FREED };

struct track_node {
    uintptr_t address;
    uint64_t size_bytes; /* as asked for */
    uint32_t next;       /* of its bucket, or of the unused ones */
    uint32_t tag;        /* with the protection bit */
    stack_id allocated_stack;
    stack_id freed_stack;
    uint32_t number;
    uint32_t allocated_ms;
    uint32_t thread_allocated;
    uint32_t thread_freed;
    uint32_t freed_at; /* among the frees of its shard, of the last one */
    uint16_t driver;
    uint8_t kind; /* enum pool_kind */
    uint8_t irql_allocated;
    uint8_t fill;
    uint8_t trailer; /* bytes behind the block */
    uint8_t state;
};

/* What is wrong with freeing the live block so: VIOLATION_KIND_COUNT: nothing. */
enum violation_kind track_judge(const struct track_node *node, const struct release *release);

/* Raises it; true, for the caller to return: nothing is freed. */
bool track_refuse(enum violation_kind kind, const struct track_node *node,
                  const struct release *release);

/* The block was freed before; false: it is somebody else's by now, whom nobody tracks. */
bool track_refuse_twice(const struct track_node *node, const struct release *release);

/* Raises VIOLATION_TRACKED_OVERRUN when bytes behind the block were changed. */
void track_judge_trailer(const struct track_node *node, const void *frame);

/* Is the trailer as it was laid? True, too, when the memory is gone: another thread may free the
 * block meanwhile. At any IRQL. */
bool track_is_sound(const struct track_node *node);

void track_story(const struct track_node *node, struct story *story);

#endif
