/* list.h - a ring of doubly linked entries; an empty list is a head that points at itself.
 *   head <-> entry <-> entry <-> head */
#ifndef POOL_LIST_H
#define POOL_LIST_H

#include <stdbool.h>
#include <stddef.h>

struct list {
    struct list *next;
    struct list *previous;
};

#define LIST_OWNER(entry, type, member) ((type *)(void *)((char *)(entry)-offsetof(type, member)))

static inline void list_start(struct list *head)
{
    head->next = head;
    head->previous = head;
}

static inline bool list_is_empty(const struct list *head)
{
    return head->next == head;
}

/* Both neighbours still point back: nobody wrote over the links. */
static inline bool list_is_sound(const struct list *entry)
{
    return entry->next->previous == entry && entry->previous->next == entry;
}

static inline void list_push(struct list *head, struct list *entry)
{
    entry->next = head->next;
    entry->previous = head;
    head->next->previous = entry;
    head->next = entry;
}

static inline void list_remove(struct list *entry)
{
    entry->previous->next = entry->next;
    entry->next->previous = entry->previous;
}

#endif
