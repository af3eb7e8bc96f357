#include "pool/kind.h"

#include "pool/util.h"

_Thread_local unsigned char irql_current TLS_FAST;

const char *pool_kind_name(enum pool_kind kind)
{
    static const char *const name[POOL_KIND_COUNT] = {"NonPagedPool", "NonPagedPoolNx",
                                                      "PagedPool"};
    return name[kind];
}

const char *irql_name(unsigned irql)
{
    static const char *const name[] = {
        [IRQL_PASSIVE] = "PASSIVE_LEVEL",
        [IRQL_APC] = "APC_LEVEL",
        [IRQL_DISPATCH] = "DISPATCH_LEVEL",
        [12] = "SYNCH_LEVEL",
        [13] = "CLOCK_LEVEL",
        [14] = "IPI_LEVEL",
        [IRQL_HIGH] = "HIGH_LEVEL",
    };
    if (irql >= COUNT_OF(name))
        return "no such level";
    return name[irql] != NULL ? name[irql] : "device level";
}
