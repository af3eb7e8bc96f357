/* flt_operation.h - one operation on its way through the filters of a volume.
 *
 *   node[0] highest altitude ... node[count - 1]      pre-operation routines, then the request goes
 *   down; post-operation routines from the last node that wants one back up; then it is completed.
 *
 * An operation belongs to one thread at a time: the one that sends, whoever a filter gave it to, or
 * the one that completes the request below. */
#ifndef KERNEL_FLT_OPERATION_H
#define KERNEL_FLT_OPERATION_H

#include "kernel/flt.h"

#include "expool/flt_data.h"
#include "expool/flt_queue.h"
#include "expool/mdl.h"

struct flt_node {
    PFLT_INSTANCE instance; /* held until the operation ends */
    FLT_RELATED_OBJECTS objects;
    FLT_PARAMETERS seen; /* before its pre-operation routine: what its post routine sees */
    PFILE_OBJECT seen_file;
    void *context;
    PMDL swapped; /* its pre-operation routine put it in; NULL: none, or the filter keeps it */
    bool wants_post;
};

/* Somebody wants to know what the request below returned; holds its instance and file. */
struct flt_watch {
    struct flt_watch *next;
    FLT_RELATED_OBJECTS objects;
    PFLT_GET_OPERATION_STATUS_CALLBACK callback;
    void *context;
};
void flt_watch_free(struct flt_watch *watch);

struct flt_operation {
    FLT_CALLBACK_DATA data; /* first */
    FLT_IO_PARAMETER_BLOCK block;
    PFLT_VOLUME volume;
    PIRP irp;
    PIO_STACK_LOCATION location; /* ours */
    PMDL original_mdl;           /* of the request, put back at its end */
    void *original_user;
    void *original_system;
    PMDL locked;
    struct flt_watch *watches;
    PFLT_COMPLETE_CANCELED_CALLBACK canceled;
    PFLT_CALLBACK_DATA_QUEUE queue; /* it is in, and by which context */
    PFLT_CALLBACK_DATA_QUEUE_IO_CONTEXT queued_as;
    FLT_CALLBACK_DATA_QUEUE_IO_CONTEXT own_context;
    KEVENT done; /* below */
    bool waits;  /* the sender for `done` */
    bool was_sent;
    unsigned at; /* the node whose turn it is */
    unsigned count;
    struct flt_node node[];
};

static inline struct flt_operation *flt_operation_of(PFLT_CALLBACK_DATA data)
{
    return (struct flt_operation *)(void *)data;
}

/* Goes on after a pre-operation routine's answer; the operation may be gone afterwards. */
void flt_operation_answer(struct flt_operation *operation, FLT_PREOP_CALLBACK_STATUS status);
/* Goes on upwards after a post-operation routine. */
void flt_operation_climb(struct flt_operation *operation);

/* The request's parameters as filters see them, and back into the next stack location. */
void flt_parameters_read(struct flt_operation *operation);
void flt_parameters_write(struct flt_operation *operation, PIO_STACK_LOCATION next);
/* Where an operation's MDL, buffer and length are; false: it has no buffer. */
struct flt_buffer {
    PMDL *mdl; /* NULL: it never has one */
    PVOID *buffer;
    ULONG *length;
    LOCK_OPERATION access;
};
bool flt_parameters_buffer(FLT_IO_PARAMETER_BLOCK *block, struct flt_buffer *where);

#endif
