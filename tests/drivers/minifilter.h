/* minifilter.h - what minifilter.c and its host both know. */
#ifndef TESTS_DRIVERS_MINIFILTER_H
#define TESTS_DRIVERS_MINIFILTER_H

#include <wdm.h>

typedef struct _MINIFILTER_SEEN {
    ULONG Opened;
    ULONG Refused;
    ULONG MostOpens; /* of one stream at a time */
    ULONG BytesRead;
} MINIFILTER_SEEN;

#endif
