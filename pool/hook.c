#include "pool/hook.h"

_Atomic(const struct pool_hook *) pool_hook;
