/* ob_callback.h - asking and telling the drivers that watch handles to processes and threads. */
#ifndef KERNEL_OB_CALLBACK_H
#define KERNEL_OB_CALLBACK_H

#include "expool/object_callback.h"
#include "kernel/call_hold.h"

enum { HANDLE_WATCHERS_MAX = 16 };

/* A handle that is about to be made. */
struct handle_wish {
    void *body;
    ACCESS_MASK access; /* what is left of it after handle_ask */
    ULONG attributes;
    OB_OPERATION operation;
};

/* Who has been asked, and is to be told. */
struct handle_audience {
    struct handle_watcher *held[HANDLE_WATCHERS_MAX];
    struct call_hold holds[HANDLE_WATCHERS_MAX];
    PVOID call_context[HANDLE_WATCHERS_MAX];
    unsigned count;
};

void handle_ask(struct handle_wish *wish, struct handle_audience *audience);
/* Must follow handle_ask. */
void handle_tell(const struct handle_wish *wish, struct handle_audience *audience, NTSTATUS status);

#endif
