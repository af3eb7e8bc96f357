/* inject_history.h - the failures injected last.
 *   ring of 128 -> | number | thread | irql | tag | bytes | 8 frames |    Driver Verifier's figures
 * Written without a lock by whoever fails a call; read in a signal handler. */
#ifndef VERIFIER_INJECT_HISTORY_H
#define VERIFIER_INJECT_HISTORY_H

#include <stdbool.h>
#include <stdint.h>

enum { INJECT_HISTORY_ENTRIES = 0x80, INJECT_HISTORY_FRAMES = 8 };

struct injected {
    uint64_t number;   /* the how-manieth failure, from 1 */
    uint64_t sequence; /* the how-manieth call of its thread */
    uint64_t size_bytes;
    uint32_t tag; /* 0: not a request for pool */
    uint32_t thread;
    uint32_t stack; /* stack_id.h; 0: not told apart by stacks */
    uint8_t irql;
    uint8_t depth;
    uintptr_t frames[INJECT_HISTORY_FRAMES];
};

/* Takes number and frames itself: the stack of the caller of the routine that owns `frame`. */
void inject_history_add(struct injected entry, const void *frame);

uint64_t inject_history_count(void);

/* The failure `age` before the last one, 0 the last; false: there is none, or it is being
 * overwritten. */
bool inject_history_get(unsigned age, struct injected *entry);

#endif
