/* select.h - which of the verified allocations get a slot in special pool: the option special_pool.
 *   all | none | tag=Ab*;Cd?? | size=16-512 | 1/500
 * In a tag `*` stands for any letters, `?` for one; letters tell capitals apart. 1/500 is one in so
 * many on the average, which ones by the seed and the order in each thread. May be changed while
 * running; readers take no lock. What asks for special pool itself (POOL_FLAG_SPECIAL_POOL) gets it
 * whatever stands here. */
#ifndef VERIFIER_SELECT_H
#define VERIFIER_SELECT_H

#include "pool/request.h"

#include <stdbool.h>
#include <stdint.h>

/* From now on; false after one line on stderr, nothing changed: the text is none of the above. One
 * caller at a time. */
bool select_set(const char *text, uint64_t seed);

bool select_takes(const struct request *request);

#endif
