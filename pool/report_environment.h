/* report_environment.h - what reports want of the environment, read before main: later it may lie
 * under a stack that was written over, or be changed by another thread. */
#ifndef POOL_REPORT_ENVIRONMENT_H
#define POOL_REPORT_ENVIRONMENT_H

#include <stdbool.h>

struct report_environment {
    char run[64];      /* EXPOOL_RUN: "/proc/PID/fd/N" of `expool run`; "" without it */
    char records[256]; /* EXPOOL_RECORDS: where it wants records */
    bool is_colored;   /* FORCE_COLOR, CLICOLOR_FORCE */
    bool is_colorless; /* NO_COLOR, TERM=dumb */
    bool is_utf8;      /* the locale */
};

extern struct report_environment report_environment;

#endif
