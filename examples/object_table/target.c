/* target.c - the object table on the driver kit. */
#include <expool/kit.h>
#include <string.h>
#include <wdm.h>

#include "object_table.h"

DRIVER_INITIALIZE DriverEntry;

KIT_DRIVER(.name = "object_table", .entry = DriverEntry, .device = "\\\\.\\ObjectTable")
KIT_IOCTLS(IOCTL_OBJECT_CREATE, IOCTL_OBJECT_DELETE, IOCTL_OBJECT_RENAME, IOCTL_OBJECT_QUERY,
           IOCTL_OBJECT_LINK, IOCTL_OBJECT_COUNT)

static ULONG send(ULONG code, OBJECT_REQUEST request, struct kit_bytes name)
{
    UCHAR buffer[sizeof(OBJECT_REQUEST) + 64];
    ULONG id = 0;
    request.NameLength = (ULONG)name.length;
    memcpy(buffer, &request, sizeof(request));
    memcpy(buffer + sizeof(request), name.data, name.length);
    kit_ioctl(code, buffer, sizeof(request) + name.length, &id, sizeof(id));
    return id;
}

KIT_OP(create, KIT_BYTES(name, 40))
{
    send(IOCTL_OBJECT_CREATE, (OBJECT_REQUEST){0}, name);
}

KIT_OP(rename, KIT_HANDLE(id), KIT_BYTES(name, 40))
{
    send(IOCTL_OBJECT_RENAME, (OBJECT_REQUEST){.Id = id}, name);
}

KIT_OP(link, KIT_HANDLE(id), KIT_HANDLE(parent))
{
    send(IOCTL_OBJECT_LINK, (OBJECT_REQUEST){.Id = id, .Other = parent}, (struct kit_bytes){0});
}

KIT_OP(delete, KIT_HANDLE(id))
{
    ULONG number = id;
    kit_ioctl(IOCTL_OBJECT_DELETE, &number, sizeof(number), NULL, 0);
}

KIT_OP(query, KIT_HANDLE(id), KIT_SIZE(room, 64))
{
    ULONG number = id;
    UCHAR text[64];
    kit_ioctl(IOCTL_OBJECT_QUERY, &number, sizeof(number), text, room);
}
