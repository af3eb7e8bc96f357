/* os_fault.h - the handlers of SIGSEGV and SIGBUS that stand behind ours. */
#ifndef POOL_OS_FAULT_H
#define POOL_OS_FAULT_H

#include <signal.h>
#include <stdbool.h>

/* What the next fault that is not ours goes to: `wanted` takes its place unless NULL; what stood
 * there comes back in *before unless NULL. False: our handler is not in place, and nothing was
 * done. Not from a signal handler. */
bool os_fault_previous(int signal_number, const struct sigaction *wanted, struct sigaction *before);

#endif
