#include "fuzz/parameters.h"

#include <stdbool.h>
#include <wdm.h>

enum {
    IS_OWN = 1, /* the value is the caller's */
    IS_OPTIONAL = 2,
    IS_RESERVED = 4,
};
enum { FAR_NODE = 5, NO_PRIORITY = 48, UNKNOWN = PoolExtendedParameterMax };

struct row {
    unsigned count;
    struct {
        uint8_t type; /* POOL_EXTENDED_PARAMETER_TYPE; UNKNOWN with IS_OWN: the caller's */
        uint8_t bits;
        uint32_t value;
    } each[PARAMETERS_MAX];
};

#define PRIORITY PoolExtendedParameterPriority
#define NODE     PoolExtendedParameterNumaNode
#define SECURE   PoolExtendedParameterSecurePool

static const struct row rows[] = {
    [PARAMETERS_NONE] = {0, {{0, 0, 0}}},
    [PARAMETERS_PRIORITY] = {1, {{PRIORITY, IS_OWN, 0}}},
    [PARAMETERS_PRIORITY_OPTIONAL] = {1, {{PRIORITY, IS_OWN | IS_OPTIONAL, 0}}},
    [PARAMETERS_LAST_COUNTS] = {2, {{PRIORITY, 0, LowPoolPriority}, {PRIORITY, IS_OWN, 0}}},
    [PARAMETERS_NODE] = {1, {{NODE, 0, 0}}},
    [PARAMETERS_ANY_NODE] = {1, {{NODE, 0, MM_ANY_NODE_OK | 3}}},
    [PARAMETERS_SECURE_OPTIONAL] = {1, {{SECURE, IS_OPTIONAL, 0}}},
    [PARAMETERS_PASSED_OVER] = {4,
                                {{SECURE, IS_OPTIONAL, 0},
                                 {NODE, IS_OPTIONAL, FAR_NODE},
                                 {PRIORITY, IS_OPTIONAL, NO_PRIORITY},
                                 {PRIORITY, IS_OPTIONAL | IS_RESERVED, LowPoolPriority}}},
    [PARAMETERS_PASSED_THEN_PRIORITY] =
        {3, {{UNKNOWN, IS_OPTIONAL, 0}, {SECURE, IS_OPTIONAL, 0}, {PRIORITY, IS_OWN, 0}}},
    [PARAMETERS_NODE_OPTIONAL] = {1, {{NODE, IS_OPTIONAL, 1}}},
    [PARAMETERS_TWO_NODES] = {2, {{NODE, 0, MM_ANY_NODE_OK | FAR_NODE}, {NODE, 0, 0}}},
    [PARAMETERS_NO_SUCH_NODE] = {1, {{NODE, IS_OWN, 0}}},
    [PARAMETERS_NODE_THEN_PRIORITY] = {2, {{NODE, 0, 1}, {PRIORITY, 0, HighPoolPriority}}},
    [PARAMETERS_OPTIONAL_THEN_SECURE] = {2, {{NODE, IS_OPTIONAL, FAR_NODE}, {SECURE, 0, 0}}},
    [PARAMETERS_PRIORITY_THEN_RESERVED] = {2,
                                           {{PRIORITY, 0, HighPoolPriority},
                                            {PRIORITY, IS_RESERVED, HighPoolPriority}}},
    [PARAMETERS_NO_SUCH_TYPE] = {1, {{UNKNOWN, IS_OWN, 0}}},
    [PARAMETERS_SECURE] = {1, {{SECURE, 0, 0}}},
    [PARAMETERS_RESERVED] = {1, {{PRIORITY, IS_OWN | IS_RESERVED, 0}}},
};

unsigned parameters_write(enum parameters list, uint32_t value, struct _POOL_EXTENDED_PARAMETER *to)
{
    const struct row *row = &rows[list];
    for (unsigned i = 0; i < row->count; i++) {
        bool is_own = (row->each[i].bits & IS_OWN) != 0;
        bool is_type = is_own && row->each[i].type == UNKNOWN;
        to[i] = (POOL_EXTENDED_PARAMETER){0};
        to[i].Type = is_type ? (uint8_t)value : row->each[i].type;
        to[i].Optional = (row->each[i].bits & IS_OPTIONAL) != 0;
        to[i].Reserved = (row->each[i].bits & IS_RESERVED) != 0;
        to[i].PreferredNode = is_own ? value : row->each[i].value;
    }
    return row->count;
}
