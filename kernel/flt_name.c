/* flt_name.c - names of files: the volume's, and what the file object was opened with.
 *
 *   | references | FLT_FILE_NAME_INFORMATION | letters of Name ... | */
#include "kernel/flt_operation.h"
#include "kernel/object.h"
#include "kernel/pool_size.h"

#include "expool/unicode_string.h"
#include "pool/order.h"

#include <string.h>

struct flt_name {
    LONG references;
    DECLSPEC_ALIGN(16) FLT_FILE_NAME_INFORMATION information;
};

static struct flt_name *name_of(PFLT_FILE_NAME_INFORMATION information)
{
    return LIST_OWNER(information, struct flt_name, information);
}

VOID FltReferenceFileNameInformation(PFLT_FILE_NAME_INFORMATION NameInformation)
{
    __atomic_add_fetch(&name_of(NameInformation)->references, 1, __ATOMIC_RELAXED);
}

VOID FltReleaseFileNameInformation(PFLT_FILE_NAME_INFORMATION NameInformation)
{
    struct flt_name *name = name_of(NameInformation);
    order_before(name);
    if (__atomic_sub_fetch(&name->references, 1, __ATOMIC_ACQ_REL) != 0)
        return;
    order_after(name);
    ExFreePoolWithTag(name, TAG_FLT_NAME);
}

/* Volume, then the folder's name, then the rest, with the backslashes that are missing. */
static NTSTATUS make(PFLT_VOLUME volume, const UNICODE_STRING *folder, const UNICODE_STRING *rest,
                     PFLT_FILE_NAME_INFORMATION *result)
{
    size_t bytes = (size_t)volume->name.Length + folder->Length + rest->Length + sizeof(WCHAR[2]);
    if (bytes > UNICODE_STRING_MAX_BYTES)
        return STATUS_NAME_TOO_LONG;
    struct flt_name *name =
        ExAllocatePool2(POOL_FLAG_PAGED, POOL_SIZE(sizeof(*name) + bytes), TAG_FLT_NAME);
    if (name == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    PFLT_FILE_NAME_INFORMATION information = &name->information;
    UNICODE_STRING *text = &information->Name;
    name->references = 1;
    information->Size = sizeof(*information);
    *text = (UNICODE_STRING){0, (USHORT)bytes, (PWCH)(name + 1)};
    RtlAppendUnicodeStringToString(text, &volume->name);
    information->Volume = (UNICODE_STRING){text->Length, text->Length, text->Buffer};
    RtlAppendUnicodeStringToString(text, folder);
    bool has_end = text->Length > volume->name.Length &&
                   text->Buffer[(text->Length / sizeof(WCHAR)) - 1] == '\\';
    bool has_start = rest->Length != 0 && (rest->Buffer[0] == '\\' || rest->Buffer[0] == ':');
    if (rest->Length != 0 && !has_end && !has_start)
        RtlAppendUnicodeToString(text, u"\\");
    RtlAppendUnicodeStringToString(text, rest);
    *result = information;
    return STATUS_SUCCESS;
}

static NTSTATUS name_of_file(PFLT_VOLUME volume, PFILE_OBJECT file, FLT_FILE_NAME_OPTIONS options,
                             PFLT_FILE_NAME_INFORMATION *result)
{
    static const UNICODE_STRING none = {0, 0, NULL};
    *result = NULL;
    if (FltGetFileNameFormat(options) == FLT_FILE_NAME_SHORT)
        return STATUS_NOT_SUPPORTED;
    if (FltGetFileNameFormat(options) != FLT_FILE_NAME_NORMALIZED &&
        FltGetFileNameFormat(options) != FLT_FILE_NAME_OPENED)
        return STATUS_INVALID_PARAMETER;
    if (FltGetFileNameQueryMethod(options) == FLT_FILE_NAME_QUERY_CACHE_ONLY)
        return STATUS_FLT_NAME_CACHE_MISS;
    if (file == NULL)
        return STATUS_FLT_INVALID_NAME_REQUEST;
    const FILE_OBJECT *related = file->RelatedFileObject;
    NTSTATUS status =
        make(volume, related != NULL ? &related->FileName : &none, &file->FileName, result);
    if (NT_SUCCESS(status))
        (*result)->Format = FltGetFileNameFormat(options);
    return status;
}

NTSTATUS FltGetFileNameInformation(PFLT_CALLBACK_DATA CallbackData,
                                   FLT_FILE_NAME_OPTIONS NameOptions,
                                   PFLT_FILE_NAME_INFORMATION *NameInformation)
{
    const FLT_IO_PARAMETER_BLOCK *block = CallbackData->Iopb;
    *NameInformation = NULL;
    if (block->MajorFunction == IRP_MJ_CREATE &&
        (block->Parameters.Create.Options & FILE_OPEN_BY_FILE_ID) != 0)
        return STATUS_FLT_INVALID_NAME_REQUEST;
    return name_of_file(flt_operation_of(CallbackData)->volume, block->TargetFileObject,
                        NameOptions, NameInformation);
}

NTSTATUS FltGetFileNameInformationUnsafe(PFILE_OBJECT FileObject, PFLT_INSTANCE Instance,
                                         FLT_FILE_NAME_OPTIONS NameOptions,
                                         PFLT_FILE_NAME_INFORMATION *NameInformation)
{
    *NameInformation = NULL;
    if (Instance == NULL)
        return STATUS_NOT_SUPPORTED;
    return name_of_file(Instance->volume, FileObject, NameOptions, NameInformation);
}

/* The folder that `file` lies in. */
static UNICODE_STRING folder_of(const FILE_OBJECT *file)
{
    UNICODE_STRING folder = file->FileName;
    while (folder.Length != 0 && folder.Buffer[(folder.Length / sizeof(WCHAR)) - 1] != '\\')
        folder.Length = (USHORT)(folder.Length - sizeof(WCHAR));
    folder.MaximumLength = folder.Length;
    return folder;
}

NTSTATUS FltGetDestinationFileNameInformation(PFLT_INSTANCE Instance, PFILE_OBJECT FileObject,
                                              HANDLE RootDirectory, PWSTR FileName,
                                              ULONG FileNameLength,
                                              FLT_FILE_NAME_OPTIONS NameOptions,
                                              PFLT_FILE_NAME_INFORMATION *RetFileNameInformation)
{
    UNICODE_STRING rest = {(USHORT)FileNameLength, (USHORT)FileNameLength, FileName};
    UNICODE_STRING folder = {0};
    OBJECT_HANDLE_INFORMATION handle;
    PFILE_OBJECT root = NULL;
    *RetFileNameInformation = NULL;
    if (FileNameLength == 0 || FileNameLength > UNICODE_STRING_MAX_BYTES)
        return STATUS_INVALID_PARAMETER;
    if (RootDirectory != NULL)
        root = handle_object(RootDirectory, &handle);
    if (RootDirectory != NULL && object_type_of(root) != &object_type_file) {
        if (root != NULL)
            object_release(root);
        return STATUS_INVALID_HANDLE;
    }
    if (root != NULL)
        folder = root->FileName;
    else if (rest.Buffer[0] != '\\')
        folder = folder_of(FileObject);
    NTSTATUS status = make(Instance->volume, &folder, &rest, RetFileNameInformation);
    if (NT_SUCCESS(status))
        (*RetFileNameInformation)->Format = FltGetFileNameFormat(NameOptions);
    if (root != NULL)
        object_release(root);
    return status;
}

/* The part of `whole` from letter `from` up to `to`. */
static UNICODE_STRING part(const UNICODE_STRING *whole, size_t from, size_t to)
{
    USHORT bytes = (USHORT)((to - from) * sizeof(WCHAR));
    return (UNICODE_STRING){bytes, bytes, whole->Buffer + from};
}

/* Where the last component begins, and where its stream, if any. */
static void split(const UNICODE_STRING *name, size_t start, size_t *last, size_t *stream)
{
    size_t letters = name->Length / sizeof(WCHAR);
    *last = start;
    *stream = letters;
    for (size_t i = start; i < letters && *stream == letters; i++) {
        if (name->Buffer[i] == '\\')
            *last = i + 1;
        else if (name->Buffer[i] == ':')
            *stream = i;
    }
}

static UNICODE_STRING extension_of(const UNICODE_STRING *name, size_t last, size_t stream)
{
    for (size_t i = stream; i > last; i--)
        if (name->Buffer[i - 1] == '.')
            return part(name, i, stream);
    return part(name, stream, stream);
}

NTSTATUS FltParseFileNameInformation(PFLT_FILE_NAME_INFORMATION NameInformation)
{
    UNICODE_STRING *name = &NameInformation->Name;
    size_t start = NameInformation->Volume.Length / sizeof(WCHAR);
    size_t last;
    size_t stream;
    if (name->Length < NameInformation->Volume.Length)
        return STATUS_INVALID_PARAMETER;
    split(name, start, &last, &stream);
    NameInformation->FinalComponent = part(name, last, name->Length / sizeof(WCHAR));
    NameInformation->Extension = extension_of(name, last, stream);
    NameInformation->Stream = part(name, stream, name->Length / sizeof(WCHAR));
    NameInformation->ParentDir = part(name, start, last);
    NameInformation->NamesParsed =
        FLTFL_FILE_NAME_PARSED_FINAL_COMPONENT | FLTFL_FILE_NAME_PARSED_EXTENSION |
        FLTFL_FILE_NAME_PARSED_STREAM | FLTFL_FILE_NAME_PARSED_PARENT_DIR;
    return STATUS_SUCCESS;
}

NTSTATUS FltParseFileName(PCUNICODE_STRING FileName, PUNICODE_STRING Extension,
                          PUNICODE_STRING Stream, PUNICODE_STRING FinalComponent)
{
    size_t last;
    size_t stream;
    split(FileName, 0, &last, &stream);
    if (Extension != NULL)
        *Extension = extension_of(FileName, last, stream);
    if (Stream != NULL)
        *Stream = part(FileName, stream, FileName->Length / sizeof(WCHAR));
    if (FinalComponent != NULL)
        *FinalComponent = part(FileName, last, FileName->Length / sizeof(WCHAR));
    return STATUS_SUCCESS;
}

NTSTATUS FltGetTunneledName(PFLT_CALLBACK_DATA CallbackData,
                            PFLT_FILE_NAME_INFORMATION NameInformation,
                            PFLT_FILE_NAME_INFORMATION *RetTunneledFileNameInformation)
{
    (void)CallbackData;
    (void)NameInformation;
    *RetTunneledFileNameInformation = NULL;
    return STATUS_SUCCESS;
}
