/* execute_object.c - blocks that one scene has for itself: with something in it, or large. */
#include "fuzz/execute.h"
#include "fuzz/scenes.h"

#include "expool/verifier.h"

#include <string.h>

union any_object {
    union any_list list;
    ERESOURCE resource;
};

enum { STEP = _Alignof(union any_object) }; /* blocks lie on smaller ones */

_Static_assert(sizeof(union any_object) + STEP <= SCENE_OBJECT_BYTES, "each has room in a block");

/* So far in that it still has room behind it. */
static union any_object *object_in(unsigned char *block, const struct op *op)
{
    ULONG_PTR room = SCENE_OBJECT_BYTES + op->size - sizeof(union any_object);
    ULONG_PTR start = ((ULONG_PTR)block + STEP - 1) / STEP * STEP;
    return (union any_object *)(start + op->size % (room / STEP) * STEP);
}

static void make(union any_object *object, const struct op *op)
{
    switch (scene_object(op)) {
    case OBJECT_LIST:
        (void)ExInitializeLookasideListEx(&object->list.ex, NULL, NULL,
                                          execution_pool_type(op->pool), 0, SCENE_ENTRY_BYTES,
                                          model_tag(op->tag), 0);
        break;
    case OBJECT_LIST_OLD:
        ExInitializeNPagedLookasideList(&object->list.nonpaged, NULL, NULL, POOL_NX_ALLOCATION,
                                        SCENE_ENTRY_BYTES, model_tag(op->tag), 0);
        break;
    case OBJECT_LIST_PAGED:
        ExInitializePagedLookasideList(&object->list.paged, NULL, NULL, 0, SCENE_ENTRY_BYTES,
                                       model_tag(op->tag), 0);
        break;
    default: (void)ExInitializeResourceLite(&object->resource); break;
    }
}

static void end(union any_object *object, const struct op *op)
{
    switch (scene_object(op)) {
    case OBJECT_LIST: ExDeleteLookasideListEx(&object->list.ex); break;
    case OBJECT_LIST_OLD: ExDeleteNPagedLookasideList(&object->list.nonpaged); break;
    case OBJECT_LIST_PAGED: ExDeletePagedLookasideList(&object->list.paged); break;
    default: (void)ExDeleteResourceLite(&object->resource); break;
    }
}

EXECUTION_FREES static void give_back(void *block, const struct op *op)
{
    ExFreePoolWithTag(block, model_tag(op->tag));
}

EXECUTION_ALLOCATES void execute_scene_object(struct execution *execution, const struct op *op)
{
    unsigned char *block = ExAllocatePoolWithTag(execution_pool_type(op->pool),
                                                 SCENE_OBJECT_BYTES + op->size, model_tag(op->tag));
    if (block == NULL) {
        execution->complaint = "no memory for a block";
        return;
    }
    union any_object *object = object_in(block, op);
    memset(object, 0, sizeof *object);
    make(object, op);
    if (scene_object_is_deleted(op))
        end(object, op);
    give_back(block, op);
}

/* Its ends are written, and a sweep looks at it as at any other. */
EXECUTION_ALLOCATES void execute_scene_large(struct execution *execution, const struct model *model,
                                             const struct op *op)
{
    struct op asked = model_scene_block(op);
    unsigned char *block =
        ExAllocatePoolWithTag(execution_pool_type(op->pool), asked.size, model_tag(op->tag));
    if (block == NULL) {
        execution->complaint = "no memory for a large block";
        return;
    }
    block[0] = block[asked.size - 1] = 1;
    if (expool_verifier_sweep() != model_leaks(model) + 1)
        execution->complaint = "a sweep does not look at a large block";
    give_back(block, op);
}
