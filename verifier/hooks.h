/* hooks.h - what the pool asks the verifier: a block, its way back, its story.
 *   allocate -> extras wanted? -> special pool, or the ordinary one with tracking
 *   free     -> special pool's, or tracked, or the pool's own */
#ifndef VERIFIER_HOOKS_H
#define VERIFIER_HOOKS_H

#include "pool/hook.h"

extern const struct pool_hook hooks_on;
extern const struct pool_hook hooks_off; /* blocks handed out before are still out there */

#endif
