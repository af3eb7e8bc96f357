/* minifilter.c - a filter in the words of the WDK: keeps a context with each stream, refuses files
 * of one extension, turns what is read upside down in a buffer of its own, and tells by a port what
 * it saw. */
#include <fltKernel.h>

#include "minifilter.h"

#define FILTER_TAG 'tliF'

typedef struct _STREAM_CONTEXT {
    UNICODE_STRING Name;
    PERESOURCE Resource;
    ULONG Opens;
} STREAM_CONTEXT, *PSTREAM_CONTEXT;

typedef struct _READ_CONTEXT {
    PVOID Buffer;
} READ_CONTEXT, *PREAD_CONTEXT;

static PFLT_FILTER Filter;
static PFLT_PORT ServerPort;
static PFLT_PORT ClientPort;
static NPAGED_LOOKASIDE_LIST ReadContexts;
static MINIFILTER_SEEN Seen;

DRIVER_INITIALIZE DriverEntry;

static VOID CleanupStream(_In_ PFLT_CONTEXT Context, _In_ FLT_CONTEXT_TYPE ContextType)
{
    PSTREAM_CONTEXT stream = Context;
    PAGED_CODE();
    UNREFERENCED_PARAMETER(ContextType);
    if (stream->Resource != NULL) {
        ExDeleteResourceLite(stream->Resource);
        ExFreePoolWithTag(stream->Resource, FILTER_TAG);
    }
    if (stream->Name.Buffer != NULL)
        ExFreePoolWithTag(stream->Name.Buffer, FILTER_TAG);
}

static NTSTATUS MakeStream(_In_ PUNICODE_STRING Name, _Outptr_ PFLT_CONTEXT *Context)
{
    PSTREAM_CONTEXT stream;
    NTSTATUS status =
        FltAllocateContext(Filter, FLT_STREAM_CONTEXT, sizeof(STREAM_CONTEXT), PagedPool, Context);
    if (!NT_SUCCESS(status))
        return status;
    stream = *Context;
    RtlZeroMemory(stream, sizeof(*stream));
    stream->Resource = ExAllocatePoolZero(NonPagedPool, sizeof(ERESOURCE), FILTER_TAG);
    stream->Name.Buffer = ExAllocatePoolZero(PagedPool, Name->Length, FILTER_TAG);
    if (stream->Resource != NULL)
        ExInitializeResourceLite(stream->Resource);
    if (stream->Resource == NULL || stream->Name.Buffer == NULL) {
        FltReleaseContext(stream);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    stream->Name.MaximumLength = Name->Length;
    RtlCopyUnicodeString(&stream->Name, Name);
    return STATUS_SUCCESS;
}

static VOID CountOpen(_In_ PCFLT_RELATED_OBJECTS FltObjects, _In_ PUNICODE_STRING Name)
{
    PFLT_CONTEXT context, old;
    PSTREAM_CONTEXT stream;
    NTSTATUS status = FltGetStreamContext(FltObjects->Instance, FltObjects->FileObject, &context);
    if (status == STATUS_NOT_FOUND) {
        if (!NT_SUCCESS(MakeStream(Name, &context)))
            return;
        status = FltSetStreamContext(FltObjects->Instance, FltObjects->FileObject,
                                     FLT_SET_CONTEXT_KEEP_IF_EXISTS, context, &old);
        if (status == STATUS_FLT_CONTEXT_ALREADY_DEFINED) {
            FltReleaseContext(context);
            context = old;
            status = STATUS_SUCCESS;
        }
    }
    if (!NT_SUCCESS(status)) {
        if (context != NULL)
            FltReleaseContext(context);
        return;
    }
    stream = context;
    FsRtlEnterFileSystem();
    ExAcquireResourceExclusiveLite(stream->Resource, TRUE);
    stream->Opens++;
    if (stream->Opens > Seen.MostOpens)
        Seen.MostOpens = stream->Opens;
    ExReleaseResourceLite(stream->Resource);
    FsRtlExitFileSystem();
    FltReleaseContext(stream);
}

static FLT_PREOP_CALLBACK_STATUS PreCreate(_Inout_ PFLT_CALLBACK_DATA Data,
                                           _In_ PCFLT_RELATED_OBJECTS FltObjects,
                                           _Flt_CompletionContext_Outptr_ PVOID *CompletionContext)
{
    static const UNICODE_STRING refused = RTL_CONSTANT_STRING(L"bad");
    PFLT_FILE_NAME_INFORMATION name = NULL;
    FLT_PREOP_CALLBACK_STATUS answer = FLT_PREOP_SUCCESS_WITH_CALLBACK;
    PAGED_CODE();
    UNREFERENCED_PARAMETER(FltObjects);
    __try {
        if (!NT_SUCCESS(FltGetFileNameInformation(
                Data, FLT_FILE_NAME_NORMALIZED | FLT_FILE_NAME_QUERY_DEFAULT, &name)))
            __leave;
        FltParseFileNameInformation(name);
        if (RtlEqualUnicodeString(&name->Extension, &refused, TRUE)) {
            Seen.Refused++;
            Data->IoStatus.Status = STATUS_ACCESS_DENIED;
            Data->IoStatus.Information = 0;
            answer = FLT_PREOP_COMPLETE;
            __leave;
        }
        *CompletionContext = name;
        name = NULL;
    } __finally {
        if (name != NULL)
            FltReleaseFileNameInformation(name);
    }
    return answer;
}

static FLT_POSTOP_CALLBACK_STATUS PostCreate(_Inout_ PFLT_CALLBACK_DATA Data,
                                             _In_ PCFLT_RELATED_OBJECTS FltObjects,
                                             _In_opt_ PVOID CompletionContext,
                                             _In_ FLT_POST_OPERATION_FLAGS Flags)
{
    PFLT_FILE_NAME_INFORMATION name = CompletionContext;
    PAGED_CODE();
    UNREFERENCED_PARAMETER(Flags);
    if (name == NULL)
        return FLT_POSTOP_FINISHED_PROCESSING;
    if (NT_SUCCESS(Data->IoStatus.Status)) {
        Seen.Opened++;
        CountOpen(FltObjects, &name->Name);
    }
    FltReleaseFileNameInformation(name);
    return FLT_POSTOP_FINISHED_PROCESSING;
}

static FLT_PREOP_CALLBACK_STATUS PreRead(_Inout_ PFLT_CALLBACK_DATA Data,
                                         _In_ PCFLT_RELATED_OBJECTS FltObjects,
                                         _Flt_CompletionContext_Outptr_ PVOID *CompletionContext)
{
    PREAD_CONTEXT context = NULL;
    PMDL mdl = NULL;
    ULONG length = Data->Iopb->Parameters.Read.Length;
    if (length == 0)
        return FLT_PREOP_SUCCESS_NO_CALLBACK;
    context = ExAllocateFromNPagedLookasideList(&ReadContexts);
    if (context == NULL)
        return FLT_PREOP_SUCCESS_NO_CALLBACK;
    context->Buffer =
        FltAllocatePoolAlignedWithTag(FltObjects->Instance, NonPagedPoolNx, length, FILTER_TAG);
    if (context->Buffer != NULL)
        mdl = IoAllocateMdl(context->Buffer, length, FALSE, FALSE, NULL);
    if (mdl == NULL) {
        if (context->Buffer != NULL)
            FltFreePoolAlignedWithTag(FltObjects->Instance, context->Buffer, FILTER_TAG);
        ExFreeToNPagedLookasideList(&ReadContexts, context);
        return FLT_PREOP_SUCCESS_NO_CALLBACK;
    }
    MmBuildMdlForNonPagedPool(mdl);
    Data->Iopb->Parameters.Read.ReadBuffer = context->Buffer;
    Data->Iopb->Parameters.Read.MdlAddress = mdl;
    FltSetCallbackDataDirty(Data);
    *CompletionContext = context;
    return FLT_PREOP_SUCCESS_WITH_CALLBACK;
}

static VOID CopyReversed(_Out_ PUCHAR To, _In_ PUCHAR From, _In_ ULONG_PTR Bytes)
{
    ULONG_PTR i;
    for (i = 0; i < Bytes; i++)
        To[i] = From[Bytes - 1 - i];
}

static FLT_POSTOP_CALLBACK_STATUS PostReadSafe(_Inout_ PFLT_CALLBACK_DATA Data,
                                               _In_ PCFLT_RELATED_OBJECTS FltObjects,
                                               _In_opt_ PVOID CompletionContext,
                                               _In_ FLT_POST_OPERATION_FLAGS Flags)
{
    PREAD_CONTEXT context = CompletionContext;
    PUCHAR to = Data->Iopb->Parameters.Read.ReadBuffer;
    NTSTATUS status = STATUS_SUCCESS;
    UNREFERENCED_PARAMETER(Flags);
    if (NT_SUCCESS(Data->IoStatus.Status)) {
        if (!FLT_IS_SYSTEM_BUFFER(Data)) {
            status = FltLockUserBuffer(Data);
            if (NT_SUCCESS(status))
                to = MmGetSystemAddressForMdlSafe(Data->Iopb->Parameters.Read.MdlAddress,
                                                  NormalPagePriority | MdlMappingNoExecute);
        }
        if (NT_SUCCESS(status) && to != NULL) {
            Seen.BytesRead += (ULONG)Data->IoStatus.Information;
            CopyReversed(to, context->Buffer, Data->IoStatus.Information);
        } else {
            Data->IoStatus.Status = STATUS_INSUFFICIENT_RESOURCES;
            Data->IoStatus.Information = 0;
        }
    }
    FltFreePoolAlignedWithTag(FltObjects->Instance, context->Buffer, FILTER_TAG);
    ExFreeToNPagedLookasideList(&ReadContexts, context);
    return FLT_POSTOP_FINISHED_PROCESSING;
}

static FLT_POSTOP_CALLBACK_STATUS PostRead(_Inout_ PFLT_CALLBACK_DATA Data,
                                           _In_ PCFLT_RELATED_OBJECTS FltObjects,
                                           _In_opt_ PVOID CompletionContext,
                                           _In_ FLT_POST_OPERATION_FLAGS Flags)
{
    FLT_POSTOP_CALLBACK_STATUS answer = FLT_POSTOP_FINISHED_PROCESSING;
    PREAD_CONTEXT context = CompletionContext;
    if (!FltDoCompletionProcessingWhenSafe(Data, FltObjects, CompletionContext, Flags, PostReadSafe,
                                           &answer)) { /* no memory to put it off */
        Data->IoStatus.Status = STATUS_INSUFFICIENT_RESOURCES;
        Data->IoStatus.Information = 0;
        FltFreePoolAlignedWithTag(FltObjects->Instance, context->Buffer, FILTER_TAG);
        ExFreeToNPagedLookasideList(&ReadContexts, context);
    }
    return answer;
}

static NTSTATUS Connect(_In_ PFLT_PORT Port, _In_opt_ PVOID ServerPortCookie,
                        _In_opt_ PVOID ConnectionContext, _In_ ULONG SizeOfContext,
                        _Outptr_result_maybenull_ PVOID *ConnectionCookie)
{
    PAGED_CODE();
    UNREFERENCED_PARAMETER(ServerPortCookie);
    UNREFERENCED_PARAMETER(ConnectionContext);
    UNREFERENCED_PARAMETER(SizeOfContext);
    *ConnectionCookie = NULL;
    ClientPort = Port;
    return STATUS_SUCCESS;
}

static VOID Disconnect(_In_opt_ PVOID ConnectionCookie)
{
    UNREFERENCED_PARAMETER(ConnectionCookie);
    FltCloseClientPort(Filter, &ClientPort);
}

static NTSTATUS Message(_In_opt_ PVOID PortCookie, _In_opt_ PVOID InputBuffer,
                        _In_ ULONG InputBufferLength, _Out_opt_ PVOID OutputBuffer,
                        _In_ ULONG OutputBufferLength, _Out_ PULONG ReturnOutputBufferLength)
{
    UNREFERENCED_PARAMETER(PortCookie);
    UNREFERENCED_PARAMETER(InputBuffer);
    UNREFERENCED_PARAMETER(InputBufferLength);
    if (OutputBuffer == NULL || OutputBufferLength < sizeof(Seen))
        return STATUS_BUFFER_TOO_SMALL;
    RtlCopyMemory(OutputBuffer, &Seen, sizeof(Seen));
    *ReturnOutputBufferLength = sizeof(Seen);
    return STATUS_SUCCESS;
}

static NTSTATUS Unload(_In_ FLT_FILTER_UNLOAD_FLAGS Flags)
{
    PAGED_CODE();
    UNREFERENCED_PARAMETER(Flags);
    FltCloseCommunicationPort(ServerPort);
    FltUnregisterFilter(Filter);
    ExDeleteNPagedLookasideList(&ReadContexts);
    return STATUS_SUCCESS;
}

static const FLT_OPERATION_REGISTRATION Operations[] = {
    {IRP_MJ_CREATE, 0, PreCreate, PostCreate, NULL},
    {IRP_MJ_READ, FLTFL_OPERATION_REGISTRATION_SKIP_PAGING_IO, PreRead, PostRead, NULL},
    {IRP_MJ_OPERATION_END, 0, NULL, NULL, NULL}};

static const FLT_CONTEXT_REGISTRATION Contexts[] = {
    {FLT_STREAM_CONTEXT, 0, CleanupStream, sizeof(STREAM_CONTEXT), FILTER_TAG, NULL, NULL, NULL},
    {FLT_CONTEXT_END, 0, NULL, 0, 0, NULL, NULL, NULL}};

static NTSTATUS OpenPort(VOID)
{
    PSECURITY_DESCRIPTOR security;
    OBJECT_ATTRIBUTES attributes;
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\MinifilterPort");
    NTSTATUS status = FltBuildDefaultSecurityDescriptor(&security, FLT_PORT_ALL_ACCESS);
    if (!NT_SUCCESS(status))
        return status;
    InitializeObjectAttributes(&attributes, &name, OBJ_KERNEL_HANDLE | OBJ_CASE_INSENSITIVE, NULL,
                               security);
    status = FltCreateCommunicationPort(Filter, &ServerPort, &attributes, NULL, Connect, Disconnect,
                                        Message, 1);
    FltFreeSecurityDescriptor(security);
    return status;
}

NTSTATUS
DriverEntry(_In_ PDRIVER_OBJECT DriverObject, _In_ PUNICODE_STRING RegistryPath)
{
    FLT_REGISTRATION registration;
    NTSTATUS status;
    UNREFERENCED_PARAMETER(RegistryPath);
    ExInitializeDriverRuntime(DrvRtPoolNxOptIn);
    RtlZeroMemory(&registration, sizeof(registration));
    registration.Size = sizeof(registration);
    registration.Version = FLT_REGISTRATION_VERSION;
    registration.ContextRegistration = Contexts;
    registration.OperationRegistration = Operations;
    registration.FilterUnloadCallback = Unload;
    RtlZeroMemory(&Seen, sizeof(Seen));
    ExInitializeNPagedLookasideList(&ReadContexts, NULL, NULL, 0, sizeof(READ_CONTEXT), FILTER_TAG,
                                    0);
    status = FltRegisterFilter(DriverObject, &registration, &Filter);
    if (NT_SUCCESS(status)) {
        status = OpenPort();
        if (NT_SUCCESS(status)) {
            status = FltStartFiltering(Filter);
            if (NT_SUCCESS(status))
                return status;
            FltCloseCommunicationPort(ServerPort);
        }
        FltUnregisterFilter(Filter);
    }
    ExDeleteNPagedLookasideList(&ReadContexts);
    return status;
}
