#include "expool/fsrtl.h"

BOOLEAN FsRtlIsNtstatusExpected(NTSTATUS Ntstatus)
{
    switch (Ntstatus) {
    case STATUS_DATATYPE_MISALIGNMENT:
    case STATUS_ACCESS_VIOLATION:
    case STATUS_ILLEGAL_INSTRUCTION:
    case STATUS_INSTRUCTION_MISALIGNMENT: return FALSE;
    default: return TRUE;
    }
}

NTSTATUS FsRtlNormalizeNtstatus(NTSTATUS Exception, NTSTATUS GenericException)
{
    return FsRtlIsNtstatusExpected(Exception) ? Exception : GenericException;
}
