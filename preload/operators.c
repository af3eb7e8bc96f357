/* operators.c - C++'s new and delete, so that a block's tag and stack are those of the program's
 * own code and a delete's size is checked. When memory is short the C++ library's own routine is
 * called: it knows the handlers and what to throw. Names are those the compilers make (size_t is
 * `m`). */
#include "preload/next.h"
#include "preload/serve.h"

#include <stdbool.h>
#include <stdlib.h>

#define OWN_FRAME __builtin_frame_address(0)
#define PUBLIC    __attribute__((visibility("default")))

/* NOLINTBEGIN(readability-identifier-naming,bugprone-reserved-identifier) */

/* One pointer, called as what it is: C knows no conversion. */
union next {
    void *found;
    void *(*make)(size_t size);
    void *(*make_aligned)(size_t size, size_t alignment);
};

static union next next_of(const char *name)
{
    union next next = {.found = next_routine(name)};
    if (next.found == NULL)
        abort(); /* somebody called new without a C++ library */
    serve_fail_next();
    return next;
}

static void *make_or_throw(size_t size, const char *name, const void *frame)
{
    void *block = serve_allocate(size, 0, false, frame);
    return block != NULL ? block : next_of(name).make(size);
}

static void *make_aligned_or_throw(size_t size, size_t alignment, const char *name,
                                   const void *frame)
{
    void *block = serve_allocate(size, alignment, false, frame);
    return block != NULL ? block : next_of(name).make_aligned(size, alignment);
}

#define NEW(name)                                                                                  \
    PUBLIC void *name(size_t size);                                                                \
    PUBLIC void *name(size_t size)                                                                 \
    {                                                                                              \
        return make_or_throw(size, #name, OWN_FRAME);                                              \
    }

#define NEW_NOTHROW(name)                                                                          \
    PUBLIC void *name(size_t size, const void *nothrow);                                           \
    PUBLIC void *name(size_t size, const void *nothrow)                                            \
    {                                                                                              \
        (void)nothrow;                                                                             \
        return serve_allocate(size, 0, false, OWN_FRAME);                                          \
    }

#define NEW_ALIGNED(name)                                                                          \
    PUBLIC void *name(size_t size, size_t alignment);                                              \
    PUBLIC void *name(size_t size, size_t alignment)                                               \
    {                                                                                              \
        return make_aligned_or_throw(size, alignment, #name, OWN_FRAME);                           \
    }

#define NEW_ALIGNED_NOTHROW(name)                                                                  \
    PUBLIC void *name(size_t size, size_t alignment, const void *nothrow);                         \
    PUBLIC void *name(size_t size, size_t alignment, const void *nothrow)                          \
    {                                                                                              \
        (void)nothrow;                                                                             \
        return serve_allocate(size, alignment, false, OWN_FRAME);                                  \
    }

NEW(_Znwm)
NEW(_Znam)
NEW_NOTHROW(_ZnwmRKSt9nothrow_t)
NEW_NOTHROW(_ZnamRKSt9nothrow_t)
NEW_ALIGNED(_ZnwmSt11align_val_t)
NEW_ALIGNED(_ZnamSt11align_val_t)
NEW_ALIGNED_NOTHROW(_ZnwmSt11align_val_tRKSt9nothrow_t)
NEW_ALIGNED_NOTHROW(_ZnamSt11align_val_tRKSt9nothrow_t)

#define DELETE(name)                                                                               \
    PUBLIC void name(void *block);                                                                 \
    PUBLIC void name(void *block)                                                                  \
    {                                                                                              \
        serve_free(block, OWN_FRAME);                                                              \
    }

#define DELETE_SIZED(name)                                                                         \
    PUBLIC void name(void *block, size_t size);                                                    \
    PUBLIC void name(void *block, size_t size)                                                     \
    {                                                                                              \
        serve_free_sized(block, size, OWN_FRAME);                                                  \
    }

/* What comes behind the block (nothrow, an alignment) says nothing that must be checked. */
#define DELETE_WITH(name)                                                                          \
    PUBLIC void name(void *block, const void *more);                                               \
    PUBLIC void name(void *block, const void *more)                                                \
    {                                                                                              \
        (void)more;                                                                                \
        serve_free(block, OWN_FRAME);                                                              \
    }

#define DELETE_SIZED_ALIGNED(name)                                                                 \
    PUBLIC void name(void *block, size_t size, size_t alignment);                                  \
    PUBLIC void name(void *block, size_t size, size_t alignment)                                   \
    {                                                                                              \
        (void)alignment;                                                                           \
        serve_free_sized(block, size, OWN_FRAME);                                                  \
    }

#define DELETE_ALIGNED_NOTHROW(name)                                                               \
    PUBLIC void name(void *block, size_t alignment, const void *nothrow);                          \
    PUBLIC void name(void *block, size_t alignment, const void *nothrow)                           \
    {                                                                                              \
        (void)alignment;                                                                           \
        (void)nothrow;                                                                             \
        serve_free(block, OWN_FRAME);                                                              \
    }

DELETE(_ZdlPv)
DELETE(_ZdaPv)
DELETE_SIZED(_ZdlPvm)
DELETE_SIZED(_ZdaPvm)
DELETE_WITH(_ZdlPvRKSt9nothrow_t)
DELETE_WITH(_ZdaPvRKSt9nothrow_t)
DELETE_WITH(_ZdlPvSt11align_val_t)
DELETE_WITH(_ZdaPvSt11align_val_t)
DELETE_SIZED_ALIGNED(_ZdlPvmSt11align_val_t)
DELETE_SIZED_ALIGNED(_ZdaPvmSt11align_val_t)
DELETE_ALIGNED_NOTHROW(_ZdlPvSt11align_val_tRKSt9nothrow_t)
DELETE_ALIGNED_NOTHROW(_ZdaPvSt11align_val_tRKSt9nothrow_t)

/* NOLINTEND(readability-identifier-naming,bugprone-reserved-identifier) */
