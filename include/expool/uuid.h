/* expool/uuid.h - new GUIDs. */
#ifndef EXPOOL_UUID_H
#define EXPOOL_UUID_H

#include "expool/guid.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* A random one (version 4); each program's series is its own. STATUS_SUCCESS. At most APC_LEVEL.
 * [D][P] */
NTSTATUS ExUuidCreate(UUID *Uuid);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
