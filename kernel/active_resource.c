/* active_resource.c - the addresses of resources in use, in buckets by page; nodes are ours, so
 * that nothing depends on the driver's memory. */
#include "kernel/active.h"

#include "pool/fork.h"
#include "pool/lock.h"
#include "pool/util.h"

#include <stdlib.h>

enum { BUCKETS = 1024 };

struct node {
    struct node *next;
    uintptr_t address;
};

static struct {
    struct lock lock;
    struct node *bucket[BUCKETS];
} resources = {.lock = LOCK_INITIALIZER};
LOCK_OVER_FORK(resources.lock)

static struct node **bucket_of(uintptr_t address)
{
    return &resources.bucket[(address >> PAGE_SHIFT_BITS) % BUCKETS];
}

/* The link to the first node in [start, end) of one bucket; NULL: none. */
static struct node **find(struct node **bucket, uintptr_t start, uintptr_t end)
{
    for (struct node **link = bucket; *link != NULL; link = &(*link)->next)
        if ((*link)->address >= start && (*link)->address < end)
            return link;
    return NULL;
}

static void take_out(struct node **link)
{
    struct node *node = *link;
    *link = node->next;
    free(node);
    active_end();
}

/* Without memory the resource is not followed, which costs a report and no more. */
void resource_enter(const void *resource)
{
    struct node *node = malloc(sizeof *node);
    if (node == NULL)
        return;
    node->address = (uintptr_t)resource;
    lock_take(&resources.lock);
    struct node **bucket = bucket_of(node->address);
    node->next = *bucket;
    *bucket = node;
    lock_drop(&resources.lock);
    active_begin();
}

bool resource_forget(const void *resource)
{
    uintptr_t address = (uintptr_t)resource;
    lock_take(&resources.lock);
    struct node **link = find(bucket_of(address), address, address + 1);
    if (link != NULL)
        take_out(link);
    lock_drop(&resources.lock);
    return link != NULL;
}

bool resource_is_entered(const void *resource)
{
    uintptr_t address = (uintptr_t)resource;
    lock_take(&resources.lock);
    bool is_in = find(bucket_of(address), address, address + 1) != NULL;
    lock_drop(&resources.lock);
    return is_in;
}

/* A block of more pages than there are buckets visits each bucket once. */
void *resource_take_within(uintptr_t start, uintptr_t end)
{
    uintptr_t found = 0;
    uintptr_t page = start & ~(PAGE_BYTES - 1);
    lock_take(&resources.lock);
    for (unsigned i = 0; i < BUCKETS && page < end && found == 0; i++, page += PAGE_BYTES) {
        struct node **link = find(bucket_of(page), start, end);
        if (link != NULL) {
            found = (*link)->address;
            take_out(link);
        }
    }
    lock_drop(&resources.lock);
    return (void *)found;
}
