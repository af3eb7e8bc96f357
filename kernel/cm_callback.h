/* cm_callback.h - asking and telling the drivers that watch the registry. */
#ifndef KERNEL_CM_CALLBACK_H
#define KERNEL_CM_CALLBACK_H

#include "expool/cm_callback.h"
#include "kernel/registry.h"

/* One operation, as it is told. `information` is the structure of the class; the fields
 * call_context and object_context lie in it (NULL: it has none). */
struct notice {
    REG_NOTIFY_CLASS before;
    REG_NOTIFY_CLASS after;
    void *information;
    PVOID *object_context;
    struct key_object *object; /* NULL: none */
};

/* STATUS_SUCCESS: go on. STATUS_CALLBACK_BYPASS: it is done, the answer is STATUS_SUCCESS. Else the
 * answer. */
NTSTATUS callbacks_ask(const struct notice *notice);
/* Returns what the caller is to get. */
NTSTATUS callbacks_tell(const struct notice *notice, NTSTATUS status);
/* The key object goes. */
void callbacks_forget(struct key_object *object);

/* Runs `work` between both. */
#define WITH_CALLBACKS(notice, work)                                                               \
    __extension__({                                                                                \
        NTSTATUS answer_ = callbacks_ask(notice);                                                  \
        answer_ == STATUS_CALLBACK_BYPASS ? STATUS_SUCCESS                                         \
        : NT_SUCCESS(answer_)             ? callbacks_tell(notice, (work))                         \
                                          : answer_;                                                           \
    })

#endif
