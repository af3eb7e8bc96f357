/* operators.c - C++'s new and delete, so that a block's tag and stack are those of the program's
 * own code and a delete's size is checked. When memory is short the C++ library's own routine is
 * called: it knows the handlers and what to throw. Names are those the compilers make (size_t is
 * `m`). */
#include "pool/util.h"
#include "preload/next.h"
#include "preload/serve.h"

#include <dlfcn.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
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

static atomic_int is_known; /* 0: not yet */
static const char here[] = "in this library";

static bool is_ours(const char *name)
{
    Dl_info ours;
    Dl_info found;
    const void *routine = dlsym(RTLD_DEFAULT, name);
    return routine != NULL && dladdr(here, &ours) != 0 && dladdr(routine, &found) != 0 &&
           ours.dli_fbase == found.dli_fbase;
}

/* A program with operators of its own pairs them as it likes: only where all are ours is it known
 * that what one has made the other must not get. */
static bool all_are_ours(void)
{
    enum { YES = 1, NO = 2 };
    int known = atomic_load_explicit(&is_known, memory_order_relaxed);
    if (LIKELY(known != 0))
        return known == YES;
    bool all = is_ours("_Znwm") && is_ours("_Znam") && is_ours("_ZdlPv") && is_ours("_ZdaPv") &&
               is_ours("_ZdlPvm");
    atomic_store(&is_known, all ? YES : NO);
    return all;
}

static void *make(size_t size, size_t alignment, enum request_family family, const void *frame)
{
    struct request request = {
        .size_bytes = size,
        .alignment_log2 = (uint8_t)(alignment == 0 ? 0 : __builtin_ctzll(alignment)),
        .family = (uint8_t)(all_are_ours() ? family : FAMILY_MALLOC),
        .frame = frame,
    };
    return serve_allocate(request);
}

static void unmake(void *block, enum request_family family, const void *frame)
{
    struct release release = {
        .address = block, .is_malloc = all_are_ours(), .family = (uint8_t)family, .frame = frame};
    serve_free(&release);
}

static void unmake_sized(void *block, size_t size, enum request_family family, const void *frame)
{
    struct release release = {.address = block,
                              .is_malloc = all_are_ours(),
                              .family = (uint8_t)family,
                              .has_size_hint = true,
                              .size_hint_bytes = size,
                              .frame = frame};
    serve_free(&release);
}

#define NEW(name, family)                                                                          \
    PUBLIC void *name(size_t size);                                                                \
    PUBLIC void *name(size_t size)                                                                 \
    {                                                                                              \
        void *block = make(size, 0, family, OWN_FRAME);                                            \
        return block != NULL ? block : next_of(#name).make(size);                                  \
    }

#define NEW_NOTHROW(name, family)                                                                  \
    PUBLIC void *name(size_t size, const void *nothrow);                                           \
    PUBLIC void *name(size_t size, const void *nothrow)                                            \
    {                                                                                              \
        (void)nothrow;                                                                             \
        return make(size, 0, family, OWN_FRAME);                                                   \
    }

#define NEW_ALIGNED(name, family)                                                                  \
    PUBLIC void *name(size_t size, size_t alignment);                                              \
    PUBLIC void *name(size_t size, size_t alignment)                                               \
    {                                                                                              \
        void *block = make(size, alignment, family, OWN_FRAME);                                    \
        return block != NULL ? block : next_of(#name).make_aligned(size, alignment);               \
    }

#define NEW_ALIGNED_NOTHROW(name, family)                                                          \
    PUBLIC void *name(size_t size, size_t alignment, const void *nothrow);                         \
    PUBLIC void *name(size_t size, size_t alignment, const void *nothrow)                          \
    {                                                                                              \
        (void)nothrow;                                                                             \
        return make(size, alignment, family, OWN_FRAME);                                           \
    }

NEW(_Znwm, FAMILY_NEW)
NEW(_Znam, FAMILY_NEW_ARRAY)
NEW_NOTHROW(_ZnwmRKSt9nothrow_t, FAMILY_NEW)
NEW_NOTHROW(_ZnamRKSt9nothrow_t, FAMILY_NEW_ARRAY)
NEW_ALIGNED(_ZnwmSt11align_val_t, FAMILY_NEW)
NEW_ALIGNED(_ZnamSt11align_val_t, FAMILY_NEW_ARRAY)
NEW_ALIGNED_NOTHROW(_ZnwmSt11align_val_tRKSt9nothrow_t, FAMILY_NEW)
NEW_ALIGNED_NOTHROW(_ZnamSt11align_val_tRKSt9nothrow_t, FAMILY_NEW_ARRAY)

#define DELETE(name, family)                                                                       \
    PUBLIC void name(void *block);                                                                 \
    PUBLIC void name(void *block)                                                                  \
    {                                                                                              \
        unmake(block, family, OWN_FRAME);                                                          \
    }

#define DELETE_SIZED(name, family)                                                                 \
    PUBLIC void name(void *block, size_t size);                                                    \
    PUBLIC void name(void *block, size_t size)                                                     \
    {                                                                                              \
        unmake_sized(block, size, family, OWN_FRAME);                                              \
    }

/* What comes behind the block (nothrow, an alignment) says nothing that must be checked. */
#define DELETE_WITH(name, family)                                                                  \
    PUBLIC void name(void *block, const void *more);                                               \
    PUBLIC void name(void *block, const void *more)                                                \
    {                                                                                              \
        (void)more;                                                                                \
        unmake(block, family, OWN_FRAME);                                                          \
    }

#define DELETE_SIZED_ALIGNED(name, family)                                                         \
    PUBLIC void name(void *block, size_t size, size_t alignment);                                  \
    PUBLIC void name(void *block, size_t size, size_t alignment)                                   \
    {                                                                                              \
        (void)alignment;                                                                           \
        unmake_sized(block, size, family, OWN_FRAME);                                              \
    }

#define DELETE_ALIGNED_NOTHROW(name, family)                                                       \
    PUBLIC void name(void *block, size_t alignment, const void *nothrow);                          \
    PUBLIC void name(void *block, size_t alignment, const void *nothrow)                           \
    {                                                                                              \
        (void)alignment;                                                                           \
        (void)nothrow;                                                                             \
        unmake(block, family, OWN_FRAME);                                                          \
    }

DELETE(_ZdlPv, FAMILY_NEW)
DELETE(_ZdaPv, FAMILY_NEW_ARRAY)
DELETE_SIZED(_ZdlPvm, FAMILY_NEW)
DELETE_SIZED(_ZdaPvm, FAMILY_NEW_ARRAY)
DELETE_WITH(_ZdlPvRKSt9nothrow_t, FAMILY_NEW)
DELETE_WITH(_ZdaPvRKSt9nothrow_t, FAMILY_NEW_ARRAY)
DELETE_WITH(_ZdlPvSt11align_val_t, FAMILY_NEW)
DELETE_WITH(_ZdaPvSt11align_val_t, FAMILY_NEW_ARRAY)
DELETE_SIZED_ALIGNED(_ZdlPvmSt11align_val_t, FAMILY_NEW)
DELETE_SIZED_ALIGNED(_ZdaPvmSt11align_val_t, FAMILY_NEW_ARRAY)
DELETE_ALIGNED_NOTHROW(_ZdlPvSt11align_val_tRKSt9nothrow_t, FAMILY_NEW)
DELETE_ALIGNED_NOTHROW(_ZdaPvSt11align_val_tRKSt9nothrow_t, FAMILY_NEW_ARRAY)

/* NOLINTEND(readability-identifier-naming,bugprone-reserved-identifier) */
