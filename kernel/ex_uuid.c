/* ex_uuid.c - random GUIDs. */
#include "expool/uuid.h"

#include "expool/status.h"
#include "pool/ddi.h"
#include "pool/os.h"

enum { VERSION_RANDOM = 0x4000, VERSION_MASK = 0x0FFF, VARIANT = 0x80, VARIANT_MASK = 0x3F };

NTSTATUS ExUuidCreate(UUID *Uuid)
{
    DDI_LEVEL(ExUuidCreate);
    uint64_t halves[] = {os_random(), os_random()};
    memcpy(Uuid, halves, sizeof(*Uuid));
    Uuid->Data3 = (USHORT)((Uuid->Data3 & VERSION_MASK) | VERSION_RANDOM);
    Uuid->Data4[0] = (UCHAR)((Uuid->Data4[0] & VARIANT_MASK) | VARIANT);
    return STATUS_SUCCESS;
}
