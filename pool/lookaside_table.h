/* lookaside_table.h - the lookaside lists there are: their heads' addresses, for tools. A head
 * whose memory went away without the list being deleted is noticed when it is looked at. Own
 * lock. */
#ifndef POOL_LOOKASIDE_TABLE_H
#define POOL_LOOKASIDE_TABLE_H

#include <stddef.h>
#include <stdint.h>

struct _GENERAL_LOOKASIDE_POOL;

/* Once is enough; a list that is started again stays one. */
void lookaside_table_add(const struct _GENERAL_LOOKASIDE_POOL *list);
void lookaside_table_remove(const struct _GENERAL_LOOKASIDE_POOL *list);

/* Takes one whose head lies in [start, end) out; NULL: there is none. */
void *lookaside_table_take_within(uintptr_t start, uintptr_t end);

/* Calls `take` with a copy of each head. */
void lookaside_table_each(void (*take)(const struct _GENERAL_LOOKASIDE_POOL *list, void *context),
                          void *context);

#endif
