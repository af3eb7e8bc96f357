/* scenes.h - what a driver does in more than one call, or with more than the pool: aux of OP_SCENE,
 * and of OP_SCENE_MORE from SCENE_MORE_FIRST on. Those from SCENE_ALONE_FIRST to there leave
 * something behind, or end the program: they are done only in a process of their own
 * (report_program.h). */
#ifndef FUZZ_SCENES_H
#define FUZZ_SCENES_H

#include "fuzz/program.h"

#include <stdint.h>

enum scene {
    SCENE_PAGED_CODE,     /* PAGED_CODE() at whatever IRQL it is */
    SCENE_COPY_OVERLAP,   /* RtlCopyMemory of memory that overlaps */
    SCENE_EXECUTABLE,     /* executable pool under code integrity */
    SCENE_QUOTA_IN_DPC,   /* a DPC has a process charged */
    SCENE_RAISE_CAUGHT,   /* each of the three raises, by size */
    SCENE_LIST_UNALIGNED, /* an interlocked list where none may lie */
    SCENE_UNUSED_POOL,    /* a touch far behind all blocks */
    SCENE_TELL,           /* what tells of the pools in words */
    SCENE_DDI_LEVEL,      /* a DDI rule: a routine at an IRQL it forbids */
    SCENE_ALONE_FIRST,
    SCENE_DRIVER_LEAKS = SCENE_ALONE_FIRST, /* a driver is unloaded and leaves a block */
    SCENE_DRIVER_LATE,                      /* a driver asks for memory while it goes */
    SCENE_FORK,                             /* a child uses the pools, too */
    SCENE_CONTIGUOUS,
    SCENE_CONTIGUOUS_WRONG, /* a pool block is given back as contiguous memory */
    SCENE_ASKED_BY_HOST,    /* the host makes a request fail */
    SCENE_ASSERTION,        /* RtlAssert */
    SCENE_RAISE_UNCAUGHT,   /* the program ends */
    SCENE_BUGCHECK,         /* KeBugCheckEx, or KeBugCheck: the program ends */
    SCENE_HEADER,           /* headers damaged in the plain pool, by handle */
    SCENE_FAULT,            /* a touch far behind all blocks, without the verifier: it ends, too */
    SCENE_MORE_FIRST,
    SCENE_OBJECT_IN_BLOCK = SCENE_MORE_FIRST, /* size: how far in, handle: what, and its end */
    SCENE_TOUCH_AWAY,   /* a paged block that is out, at DISPATCH_LEVEL or above, and back */
    SCENE_FREE_BESIDE,  /* an address in front of a block, or right behind it */
    SCENE_RAISE_TO_DPC, /* KeRaiseIrqlToDpcLevel */
    SCENE_FREE_FAR,     /* an address of the pool's where nothing ever was */
    SCENE_LARGE,        /* a block of more than 16 MiB in special pool, seen by a sweep */
    SCENE_COUNT
};

static inline enum scene scene_of(const struct op *op)
{
    if (op->kind == OP_SCENE_MORE)
        return (enum scene)(SCENE_MORE_FIRST + op->aux % (SCENE_COUNT - SCENE_MORE_FIRST));
    return (enum scene)(op->aux % SCENE_MORE_FIRST);
}

/* By handle of SCENE_OBJECT_IN_BLOCK: what lies in a block, and whether it is deleted before the
 * block is freed. */
enum scene_object {
    OBJECT_LIST,
    OBJECT_LIST_OLD,
    OBJECT_LIST_PAGED,
    OBJECT_RESOURCE,
    OBJECT_COUNT
};

static inline enum scene_object scene_object(const struct op *op)
{
    return (enum scene_object)(op->handle / 2 % OBJECT_COUNT);
}

static inline bool scene_object_is_deleted(const struct op *op)
{
    return op->handle % 2 == 0;
}

enum {
    SCENE_COPY_BYTES = 64,
    SCENE_COPY_OFFSET = 8,
    SCENE_RAISES = 3,
    SCENE_STOP_CODE = 0x2A2A,
    SCENE_HEADERS = 14,
    SCENE_HEADERS_UNUSED = 2, /* the first of these free what never was a block */
    SCENE_OBJECT_BYTES = 512, /* of the block, besides what size says */
    SCENE_ENTRY_BYTES = 48,   /* of an entry of the list in it */
};

/* A block of so many bytes and more takes regions of its own. */
#define SCENE_LARGE_BYTES ((uint32_t)16 << 20)

/* So far behind a block nobody has been. */
#define SCENE_FAR ((uint64_t)1 << 28)

/* Where SCENE_COPY_OVERLAP copies from; to SCENE_COPY_OFFSET behind. */
extern unsigned char scene_copied[SCENE_COPY_BYTES + SCENE_COPY_OFFSET];

#endif
