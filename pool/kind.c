#include "pool/kind.h"

const char *pool_kind_name(enum pool_kind kind)
{
    static const char *const name[POOL_KIND_COUNT] = {"NonPagedPool", "NonPagedPoolNx",
                                                      "PagedPool"};
    return name[kind];
}
