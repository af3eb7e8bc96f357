#include "kernel/address_set.h"

#include "kernel/active.h"
#include "pool/util.h"

#include <stdlib.h>

struct address_node {
    struct address_node *next;
    uintptr_t address;
};

static struct address_node **bucket_of(struct address_set *set, uintptr_t address)
{
    return &set->bucket[(address >> PAGE_SHIFT_BITS) % ADDRESS_SET_BUCKETS];
}

/* The link to the first node in [start, end) of one bucket; NULL: none. */
static struct address_node **find(struct address_node **bucket, uintptr_t start, uintptr_t end)
{
    for (struct address_node **link = bucket; *link != NULL; link = &(*link)->next)
        if ((*link)->address >= start && (*link)->address < end)
            return link;
    return NULL;
}

static void take_out(struct address_node **link)
{
    struct address_node *node = *link;
    *link = node->next;
    free(node);
    active_end();
}

void address_set_add(struct address_set *set, const void *thing)
{
    struct address_node *node = malloc(sizeof *node);
    if (node == NULL)
        return;
    node->address = (uintptr_t)thing;
    lock_take(&set->lock);
    struct address_node **bucket = bucket_of(set, node->address);
    node->next = *bucket;
    *bucket = node;
    lock_drop(&set->lock);
    active_begin();
}

bool address_set_remove(struct address_set *set, const void *thing)
{
    uintptr_t address = (uintptr_t)thing;
    lock_take(&set->lock);
    struct address_node **link = find(bucket_of(set, address), address, address + 1);
    if (link != NULL)
        take_out(link);
    lock_drop(&set->lock);
    return link != NULL;
}

bool address_set_has(struct address_set *set, const void *thing)
{
    uintptr_t address = (uintptr_t)thing;
    lock_take(&set->lock);
    bool is_in = find(bucket_of(set, address), address, address + 1) != NULL;
    lock_drop(&set->lock);
    return is_in;
}

/* A block of more pages than there are buckets visits each bucket once. */
void *address_set_take_within(struct address_set *set, uintptr_t start, uintptr_t end)
{
    uintptr_t found = 0;
    uintptr_t page = start & ~(PAGE_BYTES - 1);
    lock_take(&set->lock);
    for (unsigned i = 0; i < ADDRESS_SET_BUCKETS && page < end && found == 0; i++) {
        struct address_node **link = find(bucket_of(set, page), start, end);
        if (link != NULL) {
            found = (*link)->address;
            take_out(link);
        }
        page += PAGE_BYTES;
    }
    lock_drop(&set->lock);
    return (void *)found;
}
