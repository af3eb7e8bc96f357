/* reach.h - which live blocks can still be reached from anywhere in the program, and which nobody
 * can free any more.
 *   roots: every writable mapping (data, stacks from their tops, thread variables, the program's
 *          own mappings) and registers of parked threads -> blocks -> blocks ...
 *   a word that is a block's start: still reachable; inside it: possibly lost; none: lost, and
 *   what only lost blocks point to: indirectly lost
 * One look at a time; between reach_look and reach_forget the answers stand. */
#ifndef VERIFIER_REACH_H
#define VERIFIER_REACH_H

#include <stdbool.h>

enum reach {
    REACH_UNKNOWN, /* there was no look, or the block is younger */
    REACH_REACHABLE,
    REACH_POSSIBLY_LOST,
    REACH_INDIRECTLY_LOST,
    REACH_LOST,
    REACH_COUNT,
};

/* Looks. `frame`: of the routine whose caller's variables count; NULL: the program is ending, and
 * the variables of whoever called exit() count. False, and one line on stderr: the system does not
 * show the memory. Other threads stand still meanwhile. Not from a signal handler. */
bool reach_look(const void *frame);

/* Of a live block of special pool, or of normal pool. */
enum reach reach_of(const void *block);

/* "definitely lost"; NULL for REACH_UNKNOWN. */
const char *reach_name(enum reach reach);

void reach_forget(void);

#endif
