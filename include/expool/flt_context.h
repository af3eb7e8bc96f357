/* expool/flt_context.h - memory that a filter keeps with a volume, an instance, a file, a stream or
 * an open file, counted. [H]
 *
 *   | expool's header | the filter's bytes ... |   from the pool and with the tag registered
 *
 * A stream is a FsContext: its contexts go when the last file object with that FsContext is closed
 * (on Windows: when the file system tears its control block down) [P]. A file and its stream are
 * one here [P]. Transactions and sections have none: STATUS_NOT_SUPPORTED. */
#ifndef EXPOOL_FLT_CONTEXT_H
#define EXPOOL_FLT_CONTEXT_H

#include "expool/flt_register.h"

typedef enum _FLT_SET_CONTEXT_OPERATION {
    FLT_SET_CONTEXT_REPLACE_IF_EXISTS,
    FLT_SET_CONTEXT_KEEP_IF_EXISTS
} FLT_SET_CONTEXT_OPERATION,
    *PFLT_SET_CONTEXT_OPERATION;

typedef struct _FLT_RELATED_CONTEXTS {
    PFLT_CONTEXT VolumeContext;
    PFLT_CONTEXT InstanceContext;
    PFLT_CONTEXT FileContext;
    PFLT_CONTEXT StreamContext;
    PFLT_CONTEXT StreamHandleContext;
    PFLT_CONTEXT TransactionContext;
} FLT_RELATED_CONTEXTS, *PFLT_RELATED_CONTEXTS;

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* One reference, contents undefined. STATUS_FLT_CONTEXT_ALLOCATION_NOT_FOUND: no registered row of
 * that type and size; STATUS_FLT_MUST_BE_NONPAGED_POOL: a volume's in paged pool;
 * STATUS_INSUFFICIENT_RESOURCES. At most APC_LEVEL. [D] */
NTSTATUS FltAllocateContext(PFLT_FILTER Filter, FLT_CONTEXT_TYPE ContextType, SIZE_T ContextSize,
                            POOL_TYPE PoolType, PFLT_CONTEXT *ReturnedContext);
/* The last release calls the cleanup routine, at most at APC_LEVEL, and frees. At most
 * DISPATCH_LEVEL. [D] */
VOID FltReferenceContext(PFLT_CONTEXT Context);
VOID FltReleaseContext(PFLT_CONTEXT Context);

/* Keeps NewContext with the object, which takes a reference of its own. When there is one already:
 * KEEP_IF_EXISTS fails with STATUS_FLT_CONTEXT_ALREADY_DEFINED; either way the old one is given to
 * *OldContext, with a reference, where that is asked for. STATUS_FLT_CONTEXT_ALREADY_LINKED: it is
 * somewhere else; STATUS_INVALID_PARAMETER: of another type; STATUS_FLT_DELETING_OBJECT;
 * STATUS_NOT_SUPPORTED: the file has no FsContext. At most APC_LEVEL. [D] */
NTSTATUS FltSetVolumeContext(PFLT_VOLUME Volume, FLT_SET_CONTEXT_OPERATION Operation,
                             PFLT_CONTEXT NewContext, PFLT_CONTEXT *OldContext);
NTSTATUS FltSetInstanceContext(PFLT_INSTANCE Instance, FLT_SET_CONTEXT_OPERATION Operation,
                               PFLT_CONTEXT NewContext, PFLT_CONTEXT *OldContext);
NTSTATUS FltSetFileContext(PFLT_INSTANCE Instance, PFILE_OBJECT FileObject,
                           FLT_SET_CONTEXT_OPERATION Operation, PFLT_CONTEXT NewContext,
                           PFLT_CONTEXT *OldContext);
NTSTATUS FltSetStreamContext(PFLT_INSTANCE Instance, PFILE_OBJECT FileObject,
                             FLT_SET_CONTEXT_OPERATION Operation, PFLT_CONTEXT NewContext,
                             PFLT_CONTEXT *OldContext);
NTSTATUS FltSetStreamHandleContext(PFLT_INSTANCE Instance, PFILE_OBJECT FileObject,
                                   FLT_SET_CONTEXT_OPERATION Operation, PFLT_CONTEXT NewContext,
                                   PFLT_CONTEXT *OldContext);
NTSTATUS FltSetTransactionContext(PFLT_INSTANCE Instance, PKTRANSACTION Transaction,
                                  FLT_SET_CONTEXT_OPERATION Operation, PFLT_CONTEXT NewContext,
                                  PFLT_CONTEXT *OldContext);

/* With one reference more. STATUS_NOT_FOUND and NULL: none. [D] */
NTSTATUS FltGetVolumeContext(PFLT_FILTER Filter, PFLT_VOLUME Volume, PFLT_CONTEXT *Context);
NTSTATUS FltGetInstanceContext(PFLT_INSTANCE Instance, PFLT_CONTEXT *Context);
NTSTATUS FltGetFileContext(PFLT_INSTANCE Instance, PFILE_OBJECT FileObject, PFLT_CONTEXT *Context);
NTSTATUS FltGetStreamContext(PFLT_INSTANCE Instance, PFILE_OBJECT FileObject,
                             PFLT_CONTEXT *Context);
NTSTATUS FltGetStreamHandleContext(PFLT_INSTANCE Instance, PFILE_OBJECT FileObject,
                                   PFLT_CONTEXT *Context);
NTSTATUS FltGetTransactionContext(PFLT_INSTANCE Instance, PKTRANSACTION Transaction,
                                  PFLT_CONTEXT *Context);
/* Those of DesiredContexts that there are; the others become NULL. [D] */
VOID FltGetContexts(PCFLT_RELATED_OBJECTS FltObjects, FLT_CONTEXT_TYPE DesiredContexts,
                    PFLT_RELATED_CONTEXTS Contexts);
VOID FltReleaseContexts(PFLT_RELATED_CONTEXTS Contexts);

/* Takes it from its object; *OldContext, where asked for, gets the object's reference.
 * STATUS_NOT_FOUND. [D] */
NTSTATUS FltDeleteVolumeContext(PFLT_FILTER Filter, PFLT_VOLUME Volume, PFLT_CONTEXT *OldContext);
NTSTATUS FltDeleteInstanceContext(PFLT_INSTANCE Instance, PFLT_CONTEXT *OldContext);
NTSTATUS FltDeleteFileContext(PFLT_INSTANCE Instance, PFILE_OBJECT FileObject,
                              PFLT_CONTEXT *OldContext);
NTSTATUS FltDeleteStreamContext(PFLT_INSTANCE Instance, PFILE_OBJECT FileObject,
                                PFLT_CONTEXT *OldContext);
NTSTATUS FltDeleteStreamHandleContext(PFLT_INSTANCE Instance, PFILE_OBJECT FileObject,
                                      PFLT_CONTEXT *OldContext);
VOID FltDeleteContext(PFLT_CONTEXT Context);

/* TRUE: the file object has a FsContext. [D][P] */
BOOLEAN FltSupportsFileContexts(PFILE_OBJECT FileObject);
BOOLEAN FltSupportsStreamContexts(PFILE_OBJECT FileObject);
BOOLEAN FltSupportsStreamHandleContexts(PFILE_OBJECT FileObject);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
