/* execute_touch.c - touching memory that is not the caller's, and asking about addresses. */
#include "fuzz/execute.h"

#include "expool/paging.h"
#include "expool/statistics.h"
#include "expool/verifier.h"
#include "fuzz/settings.h"

/* The bytes around a block are poisoned under ASan; touching them is the operation. */
#define UNCHECKED __attribute__((no_sanitize("address"), noinline))

UNCHECKED static void flip(unsigned char *address, unsigned char mask)
{
    *(volatile unsigned char *)address ^= mask;
}

static void flip_all(const struct expectation *expected)
{
    for (unsigned i = 0; i < expected->length; i++)
        flip(expected->address + i, 0xff);
}

UNCHECKED static void look(const unsigned char *address)
{
    (void)*(const volatile unsigned char *)address;
}

static void touch(const struct model *model, const struct op *op,
                  const struct expectation *expected)
{
    unsigned char byte = 0;
    bool writes = op->kind == OP_WRITE_GUARD || op->kind == OP_WRITE_FREED;
    if (op->kind == OP_WRITE_FREED && model->reuse == PROGRAM_REUSE_RECYCLE) {
        flip(expected->address, 0xff);
        expool_verifier_sweep();
    } else if (writes) {
        expool_probe_write(expected->address, byte);
    } else {
        expool_probe_read(expected->address, &byte);
    }
}

/* The pool must see a damaged header by itself, and be content when it is mended. */
static void probe_header(struct execution *execution, const struct op *op,
                         const struct expectation *expected)
{
    unsigned char mask = (unsigned char)(1u << (op->aux & 7));
    flip(expected->address, mask);
    const char *damaged = expool_pool_check();
    flip(expected->address, mask);
    const char *mended = expool_pool_check();
    if (damaged == NULL)
        execution->complaint = "the pool's own check does not see a damaged header";
    else
        execution->complaint = mended;
}

void execute_touch(struct execution *execution, const struct model *model, const struct op *op,
                   const struct expectation *expected)
{
    switch (op->kind) {
    case OP_READ_SLACK: look(expected->address); break;
    case OP_WRITE_SLACK:
    case OP_WRITE_BEFORE: flip_all(expected); break;
    case OP_FLIP_SLACK: flip(expected->address, (unsigned char)(1u << (op->aux & 7))); break;
    case OP_PROBE_HEADER: probe_header(execution, op, expected); break;
    default: touch(model, op, expected); break;
    }
}

/* Without the verifier nobody goes on behind a fault but by leaving it. */
static bool touch_or_leave(struct execution *execution, bool is_verifying, unsigned char *address,
                           bool is_write)
{
    sigjmp_buf leave = {0};
    unsigned char byte = 0;
    volatile bool is_done = false;
    execution->leave = is_verifying ? NULL : &leave;
    if (is_verifying || sigsetjmp(leave, 1) == 0)
        is_done = is_write ? expool_probe_write(address, byte) : expool_probe_read(address, &byte);
    execution->leave = NULL;
    return is_done;
}

/* Out it goes; at a level where nothing comes in it is touched; then it is as it was. */
void execute_touch_away(struct execution *execution, const struct model *model, const struct op *op,
                        const struct expectation *expected)
{
    KIRQL before;
    KIRQL old;
    const struct handle *handle = &model->handles[op->handle];
    (void)expool_trim();
    KeRaiseIrql((KIRQL)expected->length, &before);
    bool is_done = touch_or_leave(execution, model->is_verifying, expected->address, op->tag % 2);
    KIRQL during = (KeGetCurrentIrql)(); /* a record would ask at its end, and get another */
    if (during < before)
        KeRaiseIrql(before, &old);
    else
        KeLowerIrql(before);
    if (is_done)
        execution->complaint = "what is out can be touched at a level where nothing comes in";
    else if (during != expected->length)
        execution->complaint = "a fault changes the IRQL";
    else if (!execution_contents_fit(handle))
        execution->complaint = "contents changed while they were out";
}

/* Usable bytes are the caller's to use: nothing else may change by it. */
static const char *use_all(const struct handle *handle, size_t usable)
{
    size_t least = handle->charge.least - 16;
    size_t most = handle->charge.most - 16;
    bool is_big = handle->charge.least >= PAGE_SIZE;
    if (handle->place != PLACE_POOL || settings_are_checked())
        return usable == handle->size ? NULL : "another size than was asked for";
    if (is_big)
        least = most = handle->charge.least;
    if (handle->charge.most == PAGE_SIZE && handle->charge.least < PAGE_SIZE)
        most = PAGE_SIZE; /* cache aligned: perhaps a page of its own */
    if (handle->size == PAGE_SIZE - 16 || (is_big && handle->size <= PAGE_SIZE - 16))
        least = PAGE_SIZE - 16;
    if (usable < least || usable > most || usable < handle->size)
        return "other usable bytes than the block has";
    for (size_t i = handle->size; i < usable; i++)
        handle->address[i] = (unsigned char)(0xC3 ^ i);
    return NULL;
}

void execute_query(struct execution *execution, const struct model *model, const struct op *op)
{
    enum { INSIDE = 1 };
    const struct handle *handle = &model->handles[op->handle];
    bool is_live = handle->state == HANDLE_LIVE;
    BOOLEAN is_charged = 2;
    unsigned offset = (op->aux & INSIDE) != 0 && handle->size > 1 ? 1 + op->aux % handle->size : 0;
    offset = is_live && offset < handle->size ? offset : 0; /* freed bytes may be anybody's */
    size_t usable = ExQueryPoolBlockSize(handle->address + offset, &is_charged);
    if (!is_live || offset > 0) {
        if (usable != 0)
            execution->complaint = "usable bytes of what is no block";
        return;
    }
    if (is_charged != (handle->quota > 0))
        execution->complaint = "a process is said to pay that does not, or the other way round";
    else
        execution->complaint = use_all(handle, usable);
}
