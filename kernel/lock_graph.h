/* lock_graph.h - in which order locks were acquired: a node is a lock, an edge from A to B says
 * that somebody who held A waited for B.
 *
 *   node | address | kind | owner | ... |          found by the page of its address
 *   edge | from -> to | modes | gates | stacks |   found by its two nodes
 *
 * A gate is a lock that was held besides: two edges under a common gate cannot be walked at the
 * same time, so they close no cycle. A pair of nodes has an edge for each set of gates that
 * matters. Everything here is under lock_graph.lock, and bounded: when a table is full it says so
 * once, and what comes after is not followed.
 */
#ifndef KERNEL_LOCK_GRAPH_H
#define KERNEL_LOCK_GRAPH_H

#include "pool/list.h"
#include "pool/lock.h"
#include "pool/stack.h"

#include <stdbool.h>
#include <stdint.h>

enum lock_kind {
    LOCK_SPIN,        /* KSPIN_LOCK by KeAcquireSpinLock and its like */
    LOCK_SPIN_QUEUED, /* KSPIN_LOCK by KeAcquireInStackQueuedSpinLock and its like */
    LOCK_SPIN_ANY,    /* KSPIN_LOCK, initialised and not acquired yet */
    LOCK_SPIN_RW,     /* EX_SPIN_LOCK */
    LOCK_FAST_MUTEX,
    LOCK_FAST_MUTEX_UNSAFE, /* the same lock by the routines that leave the IRQL */
    LOCK_MUTEX,
    LOCK_RESOURCE,
};

enum lock_mode {
    LOCK_ALONE,
    LOCK_SHARED,              /* waits behind a writer that waits */
    LOCK_SHARED_PAST_WRITERS, /* waits for one who has it alone, only */
};

enum { LOCKS_HELD_MAX = 32, CYCLE_MAX = 8 };

struct lock_node {
    struct lock_node *next; /* of its bucket */
    struct list out;        /* edges from here */
    struct list in;         /* edges to here */
    uintptr_t address;
    uint32_t serial; /* no other node has or had it */
    uint8_t kind;
    bool had_writer;   /* somebody wanted it alone */
    const void *owner; /* the thread that has it alone; NULL: none */
    uint32_t owner_id;
    stack_id initialized; /* 0: unseen */
    stack_id acquired;    /* by `owner` */
};

/* A lock that a thread holds. Its node may have gone: then the serial is another. */
struct lock_hold {
    struct lock_node *node;
    uint32_t serial;
    unsigned depth; /* acquisitions not yet undone */
    uint8_t kind;
    bool is_shared;
    unsigned char irql; /* that it has to be held at, at least */
    stack_id stack;
};

struct lock_wish {
    struct lock_node *node;
    enum lock_mode mode;
    uint32_t thread_id;
    stack_id stack;
};

/* One edge of a cycle: who took what while holding what. */
struct cycle_step {
    uintptr_t from;
    uintptr_t to;
    uint32_t thread_id;
    stack_id from_stack;
    stack_id to_stack;
};

struct lock_cycle {
    unsigned count;
    struct cycle_step step[CYCLE_MAX];
};

extern struct lock_graph {
    struct lock lock;
    unsigned nodes;
    unsigned edges;
} lock_graph;

/* NULL: unknown, or (make) no room. */
struct lock_node *lock_node_find(uintptr_t address);
struct lock_node *lock_node_make(uintptr_t address, enum lock_kind kind);
void lock_node_drop(struct lock_node *node);

/* Some node in [start, end); NULL: none. */
struct lock_node *lock_node_within(uintptr_t start, uintptr_t end);

void lock_graph_clear(void);

static inline bool lock_hold_is_current(const struct lock_hold *hold)
{
    return hold->node->serial == hold->serial;
}

/* The thread that holds `count` locks is about to wait for one more: adds the edges. True: one of
 * them closes a cycle that was not told before; it is given, that edge first. */
bool lock_graph_add(const struct lock_hold *holds, unsigned count, const struct lock_wish *wish,
                    struct lock_cycle *cycle);

/* Nodes and edges point at each other; for tests. */
bool lock_graph_is_sound(void);

#endif
