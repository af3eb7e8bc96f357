/* minifilter_host.c - loads minifilter.c over the in-memory file system, plain and late, with each
 * kind of buffer; the verifier says at the end whether anything is left in the pool. */
#include "tests/memory_fs.h"

#include "expool/filter.h"
#include "tests/drivers/minifilter.h"

#include <stdio.h>
#include <stdlib.h>

NTSTATUS DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING path);

#define MUST(condition)                                                                            \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "line %d: %s\n", __LINE__, #condition);                                \
            exit(1);                                                                               \
        }                                                                                          \
    } while (0)

#define VOLUME "\\Device\\MemoryVolume"

static void read_back(PFILE_OBJECT file, const char *expected)
{
    size_t bytes;
    char text[32] = {0};
    MUST(expool_device_read(file, text, sizeof(text), 0, &bytes) == 0);
    MUST(bytes == strlen(expected) && memcmp(text, expected, bytes) == 0);
}

static void look(unsigned expected_bytes)
{
    MINIFILTER_SEEN seen;
    struct expool_port *port;
    MUST(expool_port_connect("\\MinifilterPort", NULL, 0, &port) == 0);
    MUST(expool_port_send(port, NULL, 0, &seen, sizeof(seen), NULL) == 0);
    MUST(seen.Opened == 2 && seen.Refused == 1 && seen.MostOpens == 2);
    MUST(seen.BytesRead == expected_bytes);
    expool_port_close(port);
}

static void use(void)
{
    PFILE_OBJECT file, again, refused;
    MUST(expool_device_open(VOLUME "\\x.BAD", &refused) == STATUS_ACCESS_DENIED);
    MUST(expool_device_open(VOLUME "\\a.txt", &file) == 0);
    MUST(expool_device_open(VOLUME "\\A.txt", &again) == 0);
    MUST(expool_device_write(file, "stressed", 8, 0, NULL) == 0);
    read_back(again, "desserts");
    memory_fs.is_late = TRUE;
    read_back(file, "desserts");
    memory_fs.is_late = FALSE;
    expool_device_close(file);
    look(16);
    expool_device_close(again);
}

int main(void)
{
    static const ULONG kinds[] = {0, DO_BUFFERED_IO, DO_DIRECT_IO};
    for (unsigned i = 0; i < 3; i++) {
        PDRIVER_OBJECT file_system, filter;
        PFLT_VOLUME volume;
        memory_fs.device_flags = kinds[i];
        MUST(expool_driver_load(memory_fs_entry, "MemoryFs", &file_system) == 0);
        MUST(expool_driver_load(DriverEntry, "Minifilter", &filter) == 0);
        MUST(expool_volume_mount(VOLUME, FLT_FSTYPE_NTFS, &volume) == 0);
        use();
        MUST(expool_driver_unload(filter) == 0);
        MUST(expool_volume_dismount(volume) == 0);
        MUST(expool_driver_unload(file_system) == 0);
        memset(memory_fs.files, 0, sizeof(memory_fs.files));
    }
    return 0;
}
