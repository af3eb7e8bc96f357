/* engine.h - is the verifier there to serve this thread? It starts at the first allocation after
 * the C library has started; what comes earlier, or from inside the engine, is bootstrap's.
 *   enter -> (start, once) -> serve -> leave        a thread is inside at most once */
#ifndef PRELOAD_ENGINE_H
#define PRELOAD_ENGINE_H

#include "pool/util.h"

#include <stdatomic.h>
#include <stdbool.h>

extern HIDDEN atomic_bool engine_is_ready;

/* What the thread's next allocation meets. FAILS_ONCE: new found no memory, and the C++ library is
 * about to ask malloc itself, which must not find any either. */
enum engine_mood { ENGINE_OUTSIDE, ENGINE_INSIDE, ENGINE_FAILS_ONCE };
extern HIDDEN _Thread_local enum engine_mood engine_mood TLS_FAST;

/* Starts the engine unless it is too early; false: not ready yet. The caller is inside. */
bool engine_start(void);

/* True: this thread may use the engine until engine_leave(). */
static inline bool engine_enter(void)
{
    if (UNLIKELY(engine_mood != ENGINE_OUTSIDE))
        return false;
    engine_mood = ENGINE_INSIDE;
    if (LIKELY(atomic_load_explicit(&engine_is_ready, memory_order_acquire)) || engine_start())
        return true;
    engine_mood = ENGINE_OUTSIDE;
    return false;
}

static inline void engine_leave(void)
{
    engine_mood = ENGINE_OUTSIDE;
}

#endif
