/* minifilter_target.c - minifilter.c over the in-memory file system, on the driver kit. */
#include "tests/memory_fs.h"

#include "expool/filter.h"
#include "expool/kit.h"
#include "minifilter.h"

#define VOLUME "\\Device\\MemoryVolume"

NTSTATUS DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING path);

static PDRIVER_OBJECT file_system;
static PFLT_VOLUME volume;

static void setup(void)
{
    KIT_EXPECT(NT_SUCCESS(expool_driver_load(memory_fs_entry, "MemoryFs", &file_system)));
    KIT_EXPECT(NT_SUCCESS(expool_volume_mount(VOLUME, FLT_FSTYPE_NTFS, &volume)));
}

static void release(void)
{
    KIT_EXPECT(NT_SUCCESS(expool_volume_dismount(volume)));
    KIT_EXPECT(NT_SUCCESS(expool_driver_unload(file_system)));
}

KIT_DRIVER(.name = "Minifilter", .entry = DriverEntry, .device = VOLUME "\\a.txt", .setup = setup,
           .release = release)

KIT_OP(look, KIT_SIZE(room, 64))
{
    char seen[64];
    struct expool_port *port;
    if (!NT_SUCCESS(expool_port_connect("\\MinifilterPort", NULL, 0, &port)))
        return;
    expool_port_send(port, NULL, 0, seen, room, NULL);
    expool_port_close(port);
}

KIT_OP(late, KIT_CHOICE(how, "no yes"))
{
    memory_fs.is_late = how != 0;
}
