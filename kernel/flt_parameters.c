/* flt_parameters.c - a request's parameters as a filter sees them, and back. */
#include "kernel/flt_operation.h"

#include <string.h>

static bool is_buffered(const struct flt_operation *operation)
{
    return (operation->volume->device->Flags & DO_BUFFERED_IO) != 0 &&
           operation->irp->AssociatedIrp.SystemBuffer != NULL;
}

static void *buffer_of(struct flt_operation *operation)
{
    if (!is_buffered(operation))
        return operation->irp->UserBuffer;
    operation->data.Flags |= FLTFL_CALLBACK_DATA_SYSTEM_BUFFER;
    return operation->irp->AssociatedIrp.SystemBuffer;
}

static void *system_buffer(struct flt_operation *operation)
{
    operation->data.Flags |= FLTFL_CALLBACK_DATA_SYSTEM_BUFFER;
    return operation->irp->AssociatedIrp.SystemBuffer;
}

/* The three ways that a control code's buffers come by. */
static void read_control(struct flt_operation *operation, ULONG code)
{
    const union _EXPOOL_IRP_PARAMETERS *from = &operation->location->Parameters;
    FLT_PARAMETERS *to = &operation->block.Parameters;
    PIRP irp = operation->irp;
    to->DeviceIoControl.Common.OutputBufferLength = from->DeviceIoControl.OutputBufferLength;
    to->DeviceIoControl.Common.InputBufferLength = from->DeviceIoControl.InputBufferLength;
    to->DeviceIoControl.Common.IoControlCode = code;
    switch (METHOD_FROM_CTL_CODE(code)) {
    case METHOD_BUFFERED:
        to->DeviceIoControl.Buffered.SystemBuffer = system_buffer(operation);
        break;
    case METHOD_NEITHER:
        to->DeviceIoControl.Neither.InputBuffer = from->DeviceIoControl.Type3InputBuffer;
        to->DeviceIoControl.Neither.OutputBuffer = irp->UserBuffer;
        to->DeviceIoControl.Neither.OutputMdlAddress = irp->MdlAddress;
        break;
    default:
        to->DeviceIoControl.Direct.InputSystemBuffer = system_buffer(operation);
        to->DeviceIoControl.Direct.OutputBuffer = irp->UserBuffer;
        to->DeviceIoControl.Direct.OutputMdlAddress = irp->MdlAddress;
        break;
    }
}

static void read_information(struct flt_operation *operation)
{
    const union _EXPOOL_IRP_PARAMETERS *from = &operation->location->Parameters;
    FLT_PARAMETERS *to = &operation->block.Parameters;
    if (operation->block.MajorFunction == IRP_MJ_SET_INFORMATION) {
        to->SetFileInformation.Length = from->SetFile.Length;
        to->SetFileInformation.FileInformationClass = from->SetFile.FileInformationClass;
        to->SetFileInformation.ParentOfTarget = from->SetFile.FileObject;
        to->SetFileInformation.DeleteHandle = from->SetFile.DeleteHandle;
        to->SetFileInformation.InfoBuffer = system_buffer(operation);
    } else { /* query; volumes' parameters lie alike */
        to->QueryFileInformation.Length = from->QueryFile.Length;
        to->QueryFileInformation.FileInformationClass = from->QueryFile.FileInformationClass;
        to->QueryFileInformation.InfoBuffer = system_buffer(operation);
    }
}

static void read_create(struct flt_operation *operation)
{
    const union _EXPOOL_IRP_PARAMETERS *from = &operation->location->Parameters;
    FLT_PARAMETERS *to = &operation->block.Parameters;
    to->Create.SecurityContext = from->Create.SecurityContext;
    to->Create.Options = from->Create.Options;
    to->Create.FileAttributes = from->Create.FileAttributes;
    to->Create.ShareAccess = from->Create.ShareAccess;
    to->Create.EaLength = from->Create.EaLength;
    to->Create.EaBuffer = operation->irp->AssociatedIrp.SystemBuffer;
    to->Create.AllocationSize = operation->irp->Overlay.AllocationSize;
}

static void read_directory(struct flt_operation *operation)
{
    const union _EXPOOL_IRP_PARAMETERS *from = &operation->location->Parameters;
    FLT_PARAMETERS *to = &operation->block.Parameters;
    to->DirectoryControl.QueryDirectory.Length = from->QueryDirectory.Length;
    to->DirectoryControl.QueryDirectory.DirectoryBuffer = buffer_of(operation);
    to->DirectoryControl.QueryDirectory.MdlAddress = operation->irp->MdlAddress;
    if (operation->block.MinorFunction != IRP_MN_QUERY_DIRECTORY) {
        to->DirectoryControl.NotifyDirectory.CompletionFilter =
            from->NotifyDirectory.CompletionFilter;
        return;
    }
    to->DirectoryControl.QueryDirectory.FileName = from->QueryDirectory.FileName;
    to->DirectoryControl.QueryDirectory.FileInformationClass =
        from->QueryDirectory.FileInformationClass;
    to->DirectoryControl.QueryDirectory.FileIndex = from->QueryDirectory.FileIndex;
}

static void read_transfer(struct flt_operation *operation)
{
    FLT_PARAMETERS *to = &operation->block.Parameters;
    to->Read.Length = operation->location->Parameters.Read.Length;
    to->Read.Key = operation->location->Parameters.Read.Key;
    to->Read.ByteOffset = operation->location->Parameters.Read.ByteOffset;
    to->Read.ReadBuffer = buffer_of(operation);
    to->Read.MdlAddress = operation->irp->MdlAddress;
}

void flt_parameters_read(struct flt_operation *operation)
{
    PIO_STACK_LOCATION location = operation->location;
    FLT_IO_PARAMETER_BLOCK *block = &operation->block;
    block->IrpFlags = operation->irp->Flags;
    block->MajorFunction = location->MajorFunction;
    block->MinorFunction = location->MinorFunction;
    block->OperationFlags = location->Flags;
    block->TargetFileObject = location->FileObject;
    switch (block->MajorFunction) {
    case IRP_MJ_CREATE: read_create(operation); break;
    case IRP_MJ_READ:
    case IRP_MJ_WRITE: read_transfer(operation); break;
    case IRP_MJ_QUERY_INFORMATION:
    case IRP_MJ_SET_INFORMATION:
    case IRP_MJ_QUERY_VOLUME_INFORMATION:
    case IRP_MJ_SET_VOLUME_INFORMATION: read_information(operation); break;
    case IRP_MJ_DIRECTORY_CONTROL: read_directory(operation); break;
    case IRP_MJ_FILE_SYSTEM_CONTROL:
    case IRP_MJ_DEVICE_CONTROL:
    case IRP_MJ_INTERNAL_DEVICE_CONTROL:
        read_control(operation, location->Parameters.DeviceIoControl.IoControlCode);
        break;
    default:
        memcpy(&block->Parameters.Others, &location->Parameters.Others,
               sizeof(location->Parameters.Others));
        break;
    }
}

bool flt_parameters_buffer(FLT_IO_PARAMETER_BLOCK *block, struct flt_buffer *where)
{
    FLT_PARAMETERS *at = &block->Parameters;
    *where = (struct flt_buffer){.length = &at->Read.Length, .access = IoWriteAccess};
    switch (block->MajorFunction) {
    case IRP_MJ_WRITE: where->access = IoReadAccess; __attribute__((fallthrough));
    case IRP_MJ_READ:
        where->mdl = &at->Read.MdlAddress;
        where->buffer = &at->Read.ReadBuffer;
        return true;
    case IRP_MJ_DIRECTORY_CONTROL:
        where->mdl = &at->DirectoryControl.QueryDirectory.MdlAddress;
        where->buffer = &at->DirectoryControl.QueryDirectory.DirectoryBuffer;
        return true;
    case IRP_MJ_SET_INFORMATION:
        where->access = IoReadAccess;
        where->buffer = &at->SetFileInformation.InfoBuffer;
        return true;
    case IRP_MJ_SET_VOLUME_INFORMATION: where->access = IoReadAccess; __attribute__((fallthrough));
    case IRP_MJ_QUERY_INFORMATION:
    case IRP_MJ_QUERY_VOLUME_INFORMATION:
        where->buffer = &at->QueryFileInformation.InfoBuffer;
        return true;
    case IRP_MJ_FILE_SYSTEM_CONTROL:
    case IRP_MJ_DEVICE_CONTROL:
    case IRP_MJ_INTERNAL_DEVICE_CONTROL:
        where->length = &at->DeviceIoControl.Common.OutputBufferLength;
        if (METHOD_FROM_CTL_CODE(at->DeviceIoControl.Common.IoControlCode) == METHOD_BUFFERED) {
            where->buffer = &at->DeviceIoControl.Buffered.SystemBuffer;
            return true;
        }
        where->mdl = &at->DeviceIoControl.Direct.OutputMdlAddress;
        where->buffer = &at->DeviceIoControl.Direct.OutputBuffer;
        return true;
    default: return false;
    }
}

static void write_buffer(struct flt_operation *operation)
{
    struct flt_buffer where;
    if (!flt_parameters_buffer(&operation->block, &where))
        return;
    if (where.mdl != NULL)
        operation->irp->MdlAddress = *where.mdl;
    if (where.mdl == NULL || is_buffered(operation))
        operation->irp->AssociatedIrp.SystemBuffer = *where.buffer;
    else
        operation->irp->UserBuffer = *where.buffer;
}

static void write_create(const FLT_PARAMETERS *from, PIO_STACK_LOCATION next)
{
    next->Parameters.Create.Options = from->Create.Options;
    next->Parameters.Create.FileAttributes = from->Create.FileAttributes;
    next->Parameters.Create.ShareAccess = from->Create.ShareAccess;
}

void flt_parameters_write(struct flt_operation *operation, PIO_STACK_LOCATION next)
{
    const FLT_PARAMETERS *from = &operation->block.Parameters;
    next->MinorFunction = operation->block.MinorFunction;
    next->Flags = operation->block.OperationFlags;
    next->FileObject = operation->block.TargetFileObject;
    write_buffer(operation);
    switch (operation->block.MajorFunction) {
    case IRP_MJ_CREATE: write_create(from, next); break;
    case IRP_MJ_READ:
    case IRP_MJ_WRITE:
        next->Parameters.Read.Length = from->Read.Length;
        next->Parameters.Read.Key = from->Read.Key;
        next->Parameters.Read.ByteOffset = from->Read.ByteOffset;
        break;
    case IRP_MJ_QUERY_INFORMATION:
    case IRP_MJ_SET_INFORMATION:
    case IRP_MJ_QUERY_VOLUME_INFORMATION:
    case IRP_MJ_SET_VOLUME_INFORMATION:
        next->Parameters.QueryFile.Length = from->QueryFileInformation.Length;
        next->Parameters.QueryFile.FileInformationClass =
            from->QueryFileInformation.FileInformationClass;
        break;
    case IRP_MJ_DIRECTORY_CONTROL:
        next->Parameters.QueryDirectory.Length = from->DirectoryControl.QueryDirectory.Length;
        if (operation->block.MinorFunction != IRP_MN_QUERY_DIRECTORY)
            break;
        next->Parameters.QueryDirectory.FileName = from->DirectoryControl.QueryDirectory.FileName;
        next->Parameters.QueryDirectory.FileInformationClass =
            from->DirectoryControl.QueryDirectory.FileInformationClass;
        break;
    default: break; /* control codes, pipes and the rest go down as they came */
    }
}
