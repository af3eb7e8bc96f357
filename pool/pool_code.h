/* pool_code.h - is the calling thread inside the pool's own code, and in which half? A fault there
 * at a raised IRQL is what a driver's damage led to: 0xC5 where blocks are cut from pages, 0xD0
 * where whole pages are handled. A mark of the thread rather than ranges of code: it holds for
 * inlined code, the C library's copies and stripped programs alike. */
#ifndef POOL_POOL_CODE_H
#define POOL_POOL_CODE_H

#include "pool/util.h"

#include <stddef.h>

enum pool_code { POOL_CODE_NONE, POOL_CODE_SMALL, POOL_CODE_PAGES };

extern HIDDEN _Thread_local unsigned char pool_code_current TLS_FAST;

/* For memory of `size_bytes`, until pool_code_leave. */
static inline void pool_code_enter(size_t size_bytes)
{
    pool_code_current = size_bytes < PAGE_BYTES ? POOL_CODE_SMALL : POOL_CODE_PAGES;
}

static inline void pool_code_leave(void)
{
    pool_code_current = POOL_CODE_NONE;
}

#endif
