/* execute_free.c - giving blocks back, rightly and wrongly. */
#include "fuzz/execute.h"

extern const char __start_fuzz_frees[]; /* NOLINT: the linker's names */
extern const char __stop_fuzz_frees[];  /* NOLINT */

bool execution_is_freeing(const void *address)
{
    return (const char *)address > __start_fuzz_frees && (const char *)address <= __stop_fuzz_frees;
}

/* Forms that are all right: the tag with its bit and without, none, parameters of no effect. */
EXECUTION_FREES static void free_form(const struct op *op, const struct handle *handle)
{
    static POOL_EXTENDED_PARAMETER parameter;
    switch (op->aux % 4) {
    case 0: ExFreePoolWithTag(handle->address, handle->tag | PROTECTED_POOL); break;
    case 1: ExFreePoolWithTag(handle->address, 0); break;
    case 2: ExFreePool2(handle->address, handle->tag, &parameter, 1); break;
    default: ExFreePool2(handle->address, handle->tag, NULL, 0); break;
    }
}

EXECUTION_FREES static void free_foreign(const struct op *op)
{
    static char static_bytes[64];
    char stack_bytes[64];
    ExFreePool((op->aux % 2 == 0 ? static_bytes : stack_bytes) + 16);
}

EXECUTION_FREES static void free_block(const struct op *op, const struct handle *handle,
                                       const struct expectation *expected)
{
    switch (op->kind) {
    case OP_FREE_TAG: ExFreePoolWithTag(handle->address, handle->tag); break;
    case OP_FREE2: ExFreePool2(handle->address, handle->tag, handle->size, 0); break;
    case OP_FREE_FORM: free_form(op, handle); break;
    case OP_FREE_WRONG_TAG: ExFreePoolWithTag(handle->address, handle->tag ^ 0x01010101); break;
    case OP_FREE_WRONG_SIZE:
        ExFreePool2(handle->address, handle->tag, model_wrong_size(handle, op), 0);
        break;
    case OP_FREE_MIDDLE:
    case OP_FREE_MISALIGNED: ExFreePool(expected->address); break;
    case OP_FREE_TWICE:
        ExFreePool(handle->address);
        ExFreePool(expected->address);
        break;
    case OP_FREE_FOREIGN: free_foreign(op); break;
    case OP_FREE_NULL: ExFreePool(NULL); break;
    default: ExFreePool(handle->address); break;
    }
}

void execute_free(struct execution *execution, const struct model *model, const struct op *op,
                  const struct expectation *expected)
{
    const struct handle *handle = &model->handles[op->handle];
    bool has_block = op->kind != OP_FREE_FOREIGN && op->kind != OP_FREE_NULL &&
                     handle->state == HANDLE_LIVE && model_is_touchable(model, handle);
    execution->was_changed = has_block && !execution_contents_fit(handle);
    free_block(op, handle, expected);
}

/* SCENE_FREE_BESIDE: the address is no block's. */
EXECUTION_FREES void execute_scene_beside(const struct expectation *expected)
{
    ExFreePool(expected->address);
}
