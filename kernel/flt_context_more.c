/* flt_context_more.c - several contexts at once, and those of transactions, of which there are
 * none. */
#include "kernel/flt.h"

#include <string.h>

NTSTATUS FltSetTransactionContext(PFLT_INSTANCE Instance, PKTRANSACTION Transaction,
                                  FLT_SET_CONTEXT_OPERATION Operation, PFLT_CONTEXT NewContext,
                                  PFLT_CONTEXT *OldContext)
{
    (void)Instance;
    (void)Transaction;
    (void)Operation;
    (void)NewContext;
    if (OldContext != NULL)
        *OldContext = NULL;
    return STATUS_NOT_SUPPORTED;
}

NTSTATUS FltGetTransactionContext(PFLT_INSTANCE Instance, PKTRANSACTION Transaction,
                                  PFLT_CONTEXT *Context)
{
    (void)Instance;
    (void)Transaction;
    *Context = NULL;
    return STATUS_NOT_SUPPORTED;
}

VOID FltGetContexts(PCFLT_RELATED_OBJECTS FltObjects, FLT_CONTEXT_TYPE DesiredContexts,
                    PFLT_RELATED_CONTEXTS Contexts)
{
    PFLT_INSTANCE instance = FltObjects->Instance;
    PFILE_OBJECT file = FltObjects->FileObject;
    memset(Contexts, 0, sizeof(*Contexts));
    if ((DesiredContexts & FLT_VOLUME_CONTEXT) != 0)
        FltGetVolumeContext(FltObjects->Filter, FltObjects->Volume, &Contexts->VolumeContext);
    if ((DesiredContexts & FLT_INSTANCE_CONTEXT) != 0 && instance != NULL)
        FltGetInstanceContext(instance, &Contexts->InstanceContext);
    if (instance == NULL || file == NULL)
        return;
    if ((DesiredContexts & FLT_FILE_CONTEXT) != 0)
        FltGetFileContext(instance, file, &Contexts->FileContext);
    if ((DesiredContexts & FLT_STREAM_CONTEXT) != 0)
        FltGetStreamContext(instance, file, &Contexts->StreamContext);
    if ((DesiredContexts & FLT_STREAMHANDLE_CONTEXT) != 0)
        FltGetStreamHandleContext(instance, file, &Contexts->StreamHandleContext);
}

VOID FltReleaseContexts(PFLT_RELATED_CONTEXTS Contexts)
{
    PFLT_CONTEXT all[] = {Contexts->VolumeContext, Contexts->InstanceContext, Contexts->FileContext,
                          Contexts->StreamContext, Contexts->StreamHandleContext};
    for (unsigned i = 0; i < sizeof(all) / sizeof(all[0]); i++)
        if (all[i] != NULL)
            FltReleaseContext(all[i]);
}
