/* kind.h - the three pools and how Windows numbers them. */
#ifndef POOL_KIND_H
#define POOL_KIND_H

#include <stdbool.h>
#include <stdint.h>

enum pool_kind {
    POOL_NONPAGED_EXECUTE, /* NonPagedPool */
    POOL_NONPAGED,         /* NonPagedPoolNx */
    POOL_PAGED,            /* PagedPool */
    POOL_KIND_COUNT
};

static inline bool pool_is_paged(enum pool_kind kind)
{
    return kind == POOL_PAGED;
}

/* The POOL_TYPE that stop parameters show: bit 0 paged, bit 9 no-execute. */
static inline uint32_t pool_type_of(enum pool_kind kind)
{
    static const uint32_t type[POOL_KIND_COUNT] = {0, 0x200, 1};
    return type[kind];
}

const char *pool_kind_name(enum pool_kind kind); /* "NonPagedPoolNx" */

/* The simulated IRQL of the calling thread, Windows' numbers; ke_irql.c changes it. */
enum { IRQL_PASSIVE = 0, IRQL_APC = 1, IRQL_DISPATCH = 2, IRQL_HIGH = 15 };
extern _Thread_local unsigned char irql_current __attribute__((tls_model("initial-exec")));
const char *irql_name(unsigned irql); /* "DISPATCH_LEVEL" */

#endif
