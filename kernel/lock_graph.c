#include "kernel/lock_graph.h"

#include "kernel/active.h"
#include "pool/fork.h"
#include "pool/mix.h"
#include "pool/os.h"
#include "pool/util.h"

enum {
    NODES_MAX = 1 << 15,
    EDGES_MAX = 1 << 16,
    NODE_BUCKETS = 1 << 12,
    EDGE_BUCKETS = 1 << 14,
    EDGES_A_PAIR = 8, /* sets of gates kept for one pair of locks */
    STEPS_MAX = 1 << 16,
    SHARED_BIT = 1,
    STDERR = 2,
};

struct edge {
    struct edge *next; /* of its bucket */
    struct list of_from;
    struct list of_to;
    struct lock_node *from;
    struct lock_node *to;
    uint32_t thread_id;
    stack_id from_stack;
    stack_id to_stack;
    bool from_is_shared;
    bool is_told; /* it closed a cycle that was reported: no part of another one */
    uint8_t mode;
    uint8_t gate_count;
    uint32_t gates[LOCKS_HELD_MAX - 1]; /* serial << 1, and SHARED_BIT */
};

struct lock_graph lock_graph = {.lock = LOCK_INITIALIZER};
LOCK_OVER_FORK(lock_graph.lock)

static struct {
    struct lock_node *nodes; /* tables, given as they are touched */
    struct edge *edges;
    unsigned nodes_used;
    unsigned edges_used;
    struct lock_node *free_nodes;
    struct edge *free_edges;
    uint32_t last_serial;
    bool is_full_told;
    struct lock_node *node_bucket[NODE_BUCKETS];
    struct edge *edge_bucket[EDGE_BUCKETS];
} tables;

static void say_full(void)
{
    static const char message[] =
        "expool: the table of locks is full: deadlock detection does not follow further ones\n";
    if (!tables.is_full_told)
        os_write(STDERR, message, sizeof message - 1);
    tables.is_full_told = true;
}

/* A page's locks lie in one bucket, so that those of a freed block are found. */
static struct lock_node **node_bucket(uintptr_t address)
{
    return &tables.node_bucket[(address >> PAGE_SHIFT_BITS) % NODE_BUCKETS];
}

static struct edge **edge_bucket(const struct lock_node *from, const struct lock_node *to)
{
    uint64_t mixed = ((uint64_t)from->serial << 32 | to->serial) * MIX_FACTOR;
    return &tables.edge_bucket[(mixed >> 32) % EDGE_BUCKETS];
}

struct lock_node *lock_node_find(uintptr_t address)
{
    struct lock_node *node = *node_bucket(address);
    while (node != NULL && node->address != address)
        node = node->next;
    return node;
}

static struct lock_node *node_take_free(void)
{
    struct lock_node *node = tables.free_nodes;
    if (node != NULL) {
        tables.free_nodes = node->next;
        return node;
    }
    if (tables.nodes == NULL)
        tables.nodes = os_table(NODES_MAX * sizeof *node);
    bool has_room = tables.nodes != NULL && tables.nodes_used < NODES_MAX;
    return has_room ? &tables.nodes[tables.nodes_used++] : NULL;
}

struct lock_node *lock_node_make(uintptr_t address, enum lock_kind kind)
{
    struct lock_node *node = node_take_free();
    if (node == NULL) {
        say_full();
        return NULL;
    }
    struct lock_node **bucket = node_bucket(address);
    *node = (struct lock_node){
        .next = *bucket, .address = address, .serial = ++tables.last_serial, .kind = (uint8_t)kind};
    list_start(&node->out);
    list_start(&node->in);
    *bucket = node;
    lock_graph.nodes++;
    active_begin();
    return node;
}

static struct edge *edge_take_free(void)
{
    struct edge *edge = tables.free_edges;
    if (edge != NULL) {
        tables.free_edges = edge->next;
        return edge;
    }
    if (tables.edges == NULL)
        tables.edges = os_table(EDGES_MAX * sizeof *edge);
    bool has_room = tables.edges != NULL && tables.edges_used < EDGES_MAX;
    return has_room ? &tables.edges[tables.edges_used++] : NULL;
}

static void edge_drop(struct edge *edge)
{
    struct edge **link = edge_bucket(edge->from, edge->to);
    while (*link != edge)
        link = &(*link)->next;
    *link = edge->next;
    list_remove(&edge->of_from);
    list_remove(&edge->of_to);
    edge->next = tables.free_edges;
    tables.free_edges = edge;
    lock_graph.edges--;
}

void lock_node_drop(struct lock_node *node)
{
    while (!list_is_empty(&node->out))
        edge_drop(LIST_OWNER(node->out.next, struct edge, of_from));
    while (!list_is_empty(&node->in))
        edge_drop(LIST_OWNER(node->in.next, struct edge, of_to));
    struct lock_node **link = node_bucket(node->address);
    while (*link != node)
        link = &(*link)->next;
    *link = node->next;
    node->serial = 0;
    node->next = tables.free_nodes;
    tables.free_nodes = node;
    lock_graph.nodes--;
    active_end();
}

/* A range of more pages than there are buckets visits each bucket once. */
struct lock_node *lock_node_within(uintptr_t start, uintptr_t end)
{
    uintptr_t page = start & ~(uintptr_t)(PAGE_BYTES - 1);
    for (unsigned i = 0; i < NODE_BUCKETS && page < end; i++, page += PAGE_BYTES)
        for (struct lock_node *node = *node_bucket(page); node != NULL; node = node->next)
            if (node->address >= start && node->address < end)
                return node;
    return NULL;
}

void lock_graph_clear(void)
{
    for (unsigned i = 0; i < NODE_BUCKETS; i++)
        while (tables.node_bucket[i] != NULL)
            lock_node_drop(tables.node_bucket[i]);
}

static uint32_t gate_of(const struct lock_hold *hold)
{
    return hold->serial << 1 | (hold->is_shared ? SHARED_BIT : 0);
}

/* May two edges under these gates never be walked at the same time? */
static bool gates_exclude(uint32_t one, uint32_t other)
{
    return one >> 1 == other >> 1 && ((one & other) & SHARED_BIT) == 0;
}

static uint32_t own_gate(const struct edge *edge)
{
    return edge->from->serial << 1 | (edge->from_is_shared ? SHARED_BIT : 0);
}

/* With index 0 the lock that the edge leaves, which is held, too. */
static uint32_t held_at(const struct edge *edge, unsigned index)
{
    return index == 0 ? own_gate(edge) : edge->gates[index - 1];
}

static bool edges_exclude(const struct edge *one, const struct edge *other)
{
    for (unsigned i = 0; i <= one->gate_count; i++)
        for (unsigned k = 0; k <= other->gate_count; k++)
            if (gates_exclude(held_at(one, i), held_at(other, k)))
                return true;
    return false;
}

/* Would who walks `before` wait for who walks `after`, which leaves the lock that it wants? A
 * reader waits for readers where a writer may stand between them. */
static bool waits_for(const struct edge *before, const struct edge *after)
{
    if (before->mode == LOCK_ALONE || !after->from_is_shared)
        return true;
    return before->mode == LOCK_SHARED && before->to->had_writer;
}

struct search {
    const struct edge *path[CYCLE_MAX];
    unsigned steps;
};

static bool may_follow(const struct search *search, unsigned depth, const struct edge *edge)
{
    if (edge->is_told || !waits_for(search->path[depth - 1], edge))
        return false;
    for (unsigned i = 0; i < depth; i++)
        if (edges_exclude(search->path[i], edge))
            return false;
    return true;
}

/* Looks for the way from the end of path[depth - 1] back to where path[0] begins: its length, 0 for
 * none. As deep as the path is long. */
static unsigned search_way(struct search *search, unsigned depth)
{
    const struct lock_node *goal = search->path[0]->from;
    const struct list *out = &search->path[depth - 1]->to->out;
    for (struct list *entry = out->next; entry != out; entry = entry->next) {
        const struct edge *edge = LIST_OWNER(entry, struct edge, of_from);
        if (++search->steps > STEPS_MAX)
            return 0;
        if (!may_follow(search, depth, edge))
            continue;
        search->path[depth] = edge;
        if (edge->to == goal && waits_for(edge, search->path[0]))
            return depth + 1;
        unsigned length = depth + 1 < CYCLE_MAX ? search_way(search, depth + 1) : 0;
        if (length != 0)
            return length;
    }
    return 0;
}

static void tell(const struct search *search, unsigned length, struct lock_cycle *cycle)
{
    cycle->count = length;
    for (unsigned i = 0; i < length; i++) {
        const struct edge *edge = search->path[i];
        cycle->step[i] = (struct cycle_step){edge->from->address, edge->to->address,
                                             edge->thread_id, edge->from_stack, edge->to_stack};
    }
}

/* Is the edge known, or one that says more: with fewer gates, and waiting for more? */
static bool covers(const struct edge *known, const struct edge *edge)
{
    if (known->from != edge->from || known->to != edge->to ||
        (known->from_is_shared && !edge->from_is_shared) || known->mode > edge->mode)
        return false;
    for (unsigned i = 0; i < known->gate_count; i++) {
        bool has_it = false;
        for (unsigned k = 0; k < edge->gate_count && !has_it; k++)
            has_it = known->gates[i] == edge->gates[k];
        if (!has_it)
            return false;
    }
    return true;
}

/* True: nothing new is learned from it. */
static bool is_known(const struct edge *edge)
{
    unsigned of_pair = 0;
    for (const struct edge *at = *edge_bucket(edge->from, edge->to); at != NULL; at = at->next) {
        if (covers(at, edge))
            return true;
        of_pair += at->from == edge->from && at->to == edge->to;
    }
    return of_pair >= EDGES_A_PAIR;
}

static struct edge *insert(const struct edge *wanted)
{
    struct edge *edge = edge_take_free();
    if (edge == NULL) {
        say_full();
        return NULL;
    }
    struct edge **bucket = edge_bucket(wanted->from, wanted->to);
    *edge = *wanted;
    edge->next = *bucket;
    *bucket = edge;
    list_push(&edge->from->out, &edge->of_from);
    list_push(&edge->to->in, &edge->of_to);
    lock_graph.edges++;
    return edge;
}

/* From holds[at] to what is wished, under the other locks held. */
static struct edge edge_between(const struct lock_hold *holds, unsigned count, unsigned at,
                                const struct lock_wish *wish)
{
    struct edge edge = {
        .from = holds[at].node,
        .to = wish->node,
        .thread_id = wish->thread_id,
        .from_stack = holds[at].stack,
        .to_stack = wish->stack,
        .from_is_shared = holds[at].is_shared,
        .mode = (uint8_t)wish->mode,
    };
    for (unsigned i = 0; i < count; i++)
        if (i != at && lock_hold_is_current(&holds[i]))
            edge.gates[edge.gate_count++] = gate_of(&holds[i]);
    return edge;
}

/* Looks for a cycle that the edge closes, unless one is found already. */
static void look_from(struct edge *edge, struct lock_cycle *cycle)
{
    struct search search = {.path = {edge}};
    if (cycle->count != 0 || edge->is_told)
        return;
    unsigned length = search_way(&search, 1);
    edge->is_told = length != 0;
    if (length != 0)
        tell(&search, length, cycle);
}

bool lock_graph_add(const struct lock_hold *holds, unsigned count, const struct lock_wish *wish,
                    struct lock_cycle *cycle)
{
    struct lock_node *node = wish->node;
    bool is_first_writer = wish->mode == LOCK_ALONE && !node->had_writer;
    cycle->count = 0;
    node->had_writer |= is_first_writer;
    for (unsigned i = 0; i < count; i++) {
        if (!lock_hold_is_current(&holds[i]))
            continue;
        struct edge wanted = edge_between(holds, count, i, wish);
        struct edge *edge = is_known(&wanted) ? NULL : insert(&wanted);
        if (edge != NULL)
            look_from(edge, cycle);
    }
    /* From now on its readers wait for readers. */
    for (struct list *at = node->in.next; is_first_writer && at != &node->in; at = at->next)
        look_from(LIST_OWNER(at, struct edge, of_to), cycle);
    return cycle->count != 0;
}

bool lock_graph_is_sound(void)
{
    unsigned nodes = 0;
    unsigned edges = 0;
    for (unsigned i = 0; i < NODE_BUCKETS; i++)
        for (struct lock_node *node = tables.node_bucket[i]; node != NULL; node = node->next) {
            nodes++;
            if (node->serial == 0 || node_bucket(node->address) != &tables.node_bucket[i])
                return false;
            for (struct list *at = node->out.next; at != &node->out; at = at->next) {
                const struct edge *edge = LIST_OWNER(at, struct edge, of_from);
                edges++;
                if (!list_is_sound(at) || !list_is_sound(&edge->of_to) || edge->from != node)
                    return false;
            }
        }
    return nodes == lock_graph.nodes && edges == lock_graph.edges;
}
