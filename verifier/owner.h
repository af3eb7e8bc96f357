/* owner.h - which driver a block belongs to, and what each driver has: the side of pool tracking
 * that an unload asks.
 *   by driver: | blocks | bytes | their peaks |   paged and non-paged
 *   by unit of special pool: the driver's number, in a table that is touched only while there are
 *   drivers
 * A block belongs to the driver whose image holds the return address of the call. Drivers that
 * share an image with others, or with the program, are told apart by whom the thread works for
 * (pool/drivers.h); what nobody called for belongs to none. */
#ifndef VERIFIER_OWNER_H
#define VERIFIER_OWNER_H

#include "pool/kind.h"
#include "pool/request.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct owner_count {
    uint64_t blocks;
    uint64_t bytes;
    uint64_t peak_blocks;
    uint64_t peak_bytes;
};

/* Of driver `driver`; `paged`: of paged pool. */
struct owner_count owner_count(uint16_t driver, bool paged);

/* The driver that makes this request; 0: none. Raises VIOLATION_ALLOCATE_UNLOADING when it is being
 * unloaded. */
uint16_t owner_of_request(const struct request *request);

/* A block of the driver's comes, or goes; nothing for 0. */
void owner_charge(uint16_t driver, enum pool_kind kind, size_t bytes);
void owner_refund(uint16_t driver, enum pool_kind kind, size_t bytes);

/* The block was served from special pool for `driver`; special_free, with the driver's account. */
void owner_take_special(const void *block, const struct request *request, uint16_t driver);
bool owner_free_special(const struct release *release);

/* Of a block in special pool, by its first unit. */
uint16_t owner_of_unit(uint32_t unit);

#endif
