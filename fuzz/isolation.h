/* isolation.h - one piece of work in a process of its own: whatever it breaks is gone with it, and
 * the next begins as this one did. What it covered counts for the engine. */
#ifndef FUZZ_ISOLATION_H
#define FUZZ_ISOLATION_H

#include <stdbool.h>
#include <stddef.h>

enum { ISOLATION_SECONDS = 20 };

enum isolation_end {
    ISOLATION_DONE,
    ISOLATION_STOPPED, /* a bug check ended it, after its report */
    ISOLATION_REFUSED, /* the library ended it with an exit code of its own: 125, 196 */
    ISOLATION_HANGS,   /* not done after ISOLATION_SECONDS of processor time */
    ISOLATION_CRASHED, /* by a signal or a code; a sanitizer or our handler has said why */
};

/* Memory that a child and this process share, zeroed. Ends the process when there is none. */
void *isolation_memory(size_t bytes);

/* Set by who writes down what is done: called in each child before its work, and what went wrong
 * in a child is done once more in this process, where it is seen. NULL: nobody does. */
extern void (*isolation_watched)(void);

/* Does `work(context)` in a child. A child that an engine or a sanitizer ended, with its own exit
 * code, ends this process likewise: everything was said. */
enum isolation_end isolation_run(void (*work)(void *context), void *context);

#endif
