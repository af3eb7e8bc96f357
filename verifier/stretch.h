/* stretch.h - 256 units, 2 MiB: what one table of the processor maps. When a lane has passed a
 * stretch and every block in it is dead, its page tables and its slots' memory go back to the
 * system; the archive keeps what its slots said. It stays dead.
 *   taken: units handed out and not dead again
 *   archived: OPEN -> CLOSING -> handle, or FORGOTTEN; OPEN again when a lane comes round
 * No lock: who sees the last unit die, or passes by, closes; the region counts who is at it. */
#ifndef VERIFIER_STRETCH_H
#define VERIFIER_STRETCH_H

#include "verifier/archive.h"
#include "verifier/space.h"

#include <stdbool.h>
#include <stdint.h>

struct lanes;

/* Units that a lane hands out, or that hold nothing any more. `scratch` as of archive_put; NULL:
 * the stretch is left as it is. */
void stretch_take(uint32_t unit, uint32_t count);
void stretch_give(uint32_t unit, uint32_t count, unsigned char *scratch);

/* The lane will hand out nothing in front of `cursor` before it comes to the region again. */
void stretch_pass(uint32_t region, uint32_t cursor, unsigned char *scratch);

/* A lane comes to the unit: what the archive keeps of the stretch is in its slots again, so that
 * each dead address tells of its block until it is handed out. */
void stretch_open(uint32_t unit);

/* Units in use in the region. */
uint32_t stretch_live(uint32_t region);

/* What is known of the unit: its slot, or the copy that the archive made. Safe in a signal
 * handler. */
const struct slot *stretch_slot(uint32_t unit, struct slot *copy);

#endif
