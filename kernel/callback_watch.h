/* callback_watch.h - a driver's routine is called: it must return at the same IRQL, in as many
 * regions as before. */
#ifndef KERNEL_CALLBACK_WATCH_H
#define KERNEL_CALLBACK_WATCH_H

struct callback_watch {
    unsigned irql;
    unsigned apc_disables;
};

struct callback_watch callback_begin(void);
/* Told of the routine, by its address: 0xC4/0xC5, and the DDI rule IrqlReturn. */
void callback_judge_dispatch(const struct callback_watch *before, const void *routine);
/* 0xC4/0x111. */
void callback_judge_interrupt(const struct callback_watch *before, const void *routine);

#endif
