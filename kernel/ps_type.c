/* ps_type.c - processes and threads as types of objects. */
#include "kernel/object.h"

const struct object_type object_type_process = {.name = "Process", .tag = 'corP'};
