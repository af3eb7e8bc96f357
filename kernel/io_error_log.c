/* io_error_log.c - the error log: one line on stderr an entry. */
#include "expool/dbg.h"
#include "expool/io.h"
#include "expool/pool.h"

enum { TAG_ERROR_LOG = 'rEoI', ROUND = 8 };

PVOID IoAllocateErrorLogEntry(PVOID IoObject, UCHAR EntrySize)
{
    (void)IoObject;
    if (EntrySize > ERROR_LOG_MAXIMUM_SIZE)
        return NULL;
    return ExAllocatePool2(POOL_FLAG_NON_PAGED, ALIGN_UP_BY(EntrySize, ROUND), TAG_ERROR_LOG);
}

VOID IoWriteErrorLogEntry(PVOID ElEntry)
{
    const IO_ERROR_LOG_PACKET *packet = ElEntry;
    DbgPrint("error log: code 0x%08X, final status 0x%08X, unique value %u\n", packet->ErrorCode,
             packet->FinalStatus, packet->UniqueErrorValue);
    ExFreePoolWithTag(ElEntry, TAG_ERROR_LOG);
}

VOID IoFreeErrorLogEntry(PVOID ElEntry)
{
    ExFreePoolWithTag(ElEntry, TAG_ERROR_LOG);
}
