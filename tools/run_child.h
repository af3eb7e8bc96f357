/* run_child.h - one program under `expool run`: started, waited for, signals passed on. It stays in
 * our process group, so that terminal and job control work as without us. */
#ifndef TOOLS_RUN_CHILD_H
#define TOOLS_RUN_CHILD_H

/* Runs it with `environment` and returns its wait status. When it could not be executed: one line,
 * and a status as if it had ended with 126 or 127. */
int run_child(const char *path, char **argv, char **environment);

/* Ends this process as that one ended: the same exit code, the same signal. */
_Noreturn void end_as(int wait_status);

#endif
