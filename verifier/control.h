/* control.h - the process's page of expool/control.h: puts it where others can read it, does what
 * it is asked there. */
#ifndef VERIFIER_CONTROL_H
#define VERIFIER_CONTROL_H

#include "expool/control.h"
#include "pool/util.h"

#include <stdbool.h>
#include <stdint.h>

extern HIDDEN struct expool_control control_page;
extern HIDDEN uint32_t control_seen; /* the last request noticed */

/* The verifier starts: page and counters become those of EXPOOL_RUN's file, else of one of their
 * own, unless monitor=off. Where the system refuses, the process goes on unseen. A second start
 * only tells what is in force. The caller holds the verifier's lock. */
void control_start(void);

/* Writes what is in force. */
void control_tell(void);

/* A place of its own for a forked child. */
void control_after_fork_in_child(void);

/* The process ends as it should; with this status, which is known before or after. */
void control_end(void);
void control_end_with(int status);

/* It is about to execute another program; it could not, and stays. */
void control_go(void);
void control_stay(void);

/* Does what is asked. */
void control_act(void);

/* At every allocation and free: has something been asked? */
static inline void control_look(void)
{
    if (UNLIKELY(__atomic_load_n(&control_page.asked, __ATOMIC_RELAXED) !=
                 __atomic_load_n(&control_seen, __ATOMIC_RELAXED)))
        control_act();
}

#endif
