/* bugcheck.h - the only way a broken rule ends. Asks the host, else writes the report and ends the
 * program as the options say. */
#ifndef POOL_BUGCHECK_H
#define POOL_BUGCHECK_H

#include "pool/violation.h"

#include <stdbool.h>
#include <stdint.h>

/* Returns only when the host said EXPOOL_CONTINUE (or on_bugcheck=continue), when the finding is
 * suppressed or known, or when the rule has no stop in that column; the caller then fails in its
 * defined way. */
void violation_raise(const struct violation *violation);

/* Another tool has reported it: ours goes behind its report, and nothing ends here. */
void violation_append(const struct violation *violation);

/* A stop that driver code itself asked for. */
_Noreturn void bugcheck_stop(uint32_t code, const uint64_t parameter[4], const void *frame);

/* `run` is called when a stop ends the program: after the report, on the thread that stopped,
 * possibly in a signal handler. One at most; NULL: nothing. */
typedef void bugcheck_end_hook(void);
void bugcheck_at_end(bugcheck_end_hook *run);

/* `look` is called when the program ends by itself, after everything it registered: what it says
 * goes out before the last words of this process. Returns the exit code it wants, 0 for the
 * program's own; the first of several wins, and 196 for bug checks passed over wins over all. Four
 * at most. */
typedef int bugcheck_last_look(void);
void bugcheck_at_exit(bugcheck_last_look *look);

/* The last words of a program about findings passed over and suppressions. Returns the exit code
 * they want, 0 for the program's own. Part of every end by exit; for those that go another way. */
int bugcheck_exit_code(void);

uint64_t bugcheck_count(void); /* raised since start, those passed over included */

/* True while the calling thread writes a report. Async-signal-safe. */
bool bugcheck_is_reporting(void);

#endif
