/* raised.h - what a statement raises. */
#ifndef TESTS_RAISED_H
#define TESTS_RAISED_H

#include "expool/seh.h"

/* The status of a raise, 0 without one. */
#define STATUS_OF(statement)                                                                       \
    __extension__({                                                                                \
        volatile NTSTATUS raised = STATUS_SUCCESS;                                                 \
        __try {                                                                                    \
            statement;                                                                             \
        } __except (EXCEPTION_EXECUTE_HANDLER) {                                                   \
            raised = GetExceptionCode();                                                           \
        }                                                                                          \
        (ULONG) raised;                                                                            \
    })

#endif
