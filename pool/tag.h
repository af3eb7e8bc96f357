/* tag.h - allocations, frees and bytes per tag and class, and per class. Open addressing over a
 * table that grows as it is touched; counters are atomic, nothing is locked. */
#ifndef POOL_TAG_H
#define POOL_TAG_H

#include "pool/kind.h"

#include <stddef.h>
#include <stdint.h>

struct expool_tag_statistics;
struct expool_class_statistics;

/* Charged bytes are what the block costs: rounded with its header, or whole pages. The tag's
 * protection bit is ignored. */
void tag_charge(uint32_t tag, enum pool_kind kind, size_t charged_bytes);
void tag_refund(uint32_t tag, enum pool_kind kind, size_t charged_bytes);

void tag_read(uint32_t tag, struct expool_tag_statistics *statistics);
size_t tag_list(struct expool_tag_statistics *list, size_t capacity);
void tag_totals(int pool_class, struct expool_class_statistics *statistics);

#endif
