/* cm_callback.h - asking and telling the drivers that watch the registry. */
#ifndef KERNEL_CM_CALLBACK_H
#define KERNEL_CM_CALLBACK_H

#include "expool/cm_callback.h"
#include "kernel/call_hold.h"
#include "kernel/registry.h"

enum { CALLBACKS_MAX = 16 };

/* One operation, as it is told. `information` is the structure of the class before; the two
 * contexts are fields of it (NULL: it has none). */
struct notice {
    REG_NOTIFY_CLASS before;
    REG_NOTIFY_CLASS after;
    void *information;
    PVOID *object_context;
    PVOID *call_context;
    struct key_object *object; /* NULL: none */
};

/* Of the operation that RegNtPre... and RegNtPost... are called by. */
#define NOTICE_OF(operation, information_, object_)                                                \
    {                                                                                              \
        .before = RegNtPre##operation, .after = RegNtPost##operation,                              \
        .information = (information_), .object_context = &(information_)->ObjectContext,           \
        .call_context = &(information_)->CallContext, .object = (object_)                          \
    }

/* Who has been asked, and is to be told. */
struct audience {
    struct callback *held[CALLBACKS_MAX];
    struct call_hold holds[CALLBACKS_MAX];
    PVOID call_context[CALLBACKS_MAX];
    unsigned count;
    unsigned agreed; /* of them, the first so many */
};

/* STATUS_SUCCESS: go on. STATUS_CALLBACK_BYPASS: it is done, the answer is STATUS_SUCCESS. Else the
 * answer. callbacks_tell must follow in any case. */
NTSTATUS callbacks_ask(const struct notice *notice, struct audience *audience);
/* Tells those that agreed, and lets go of all; returns what the caller is to get. */
NTSTATUS callbacks_tell(const struct notice *notice, struct audience *audience, NTSTATUS status);
/* The key object's handle goes: its contexts are given back. */
void callbacks_forget(struct key_object *object);

/* Runs `work` between both. */
#define WITH_CALLBACKS(notice, work)                                                               \
    __extension__({                                                                                \
        struct audience audience_;                                                                 \
        NTSTATUS answer_ = callbacks_ask(notice, &audience_);                                      \
        if (answer_ == STATUS_CALLBACK_BYPASS)                                                     \
            answer_ = STATUS_SUCCESS;                                                              \
        else if (NT_SUCCESS(answer_))                                                              \
            answer_ = (work);                                                                      \
        callbacks_tell(notice, &audience_, answer_);                                               \
    })

#endif
