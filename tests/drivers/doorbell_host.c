/* doorbell_host.c - plugs the device of doorbell.c in, rings, opens threads, unplugs it. Ends with
 * 0 when everything came as expected. */
#include "doorbell.h"

#include "expool/driver.h"
#include "expool/statistics.h"

#include <stdio.h>

#define EXPECT(condition)                                                                          \
    do {                                                                                           \
        if (!(condition))                                                                          \
            return printf("line %d: %s\n", __LINE__, #condition), 1;                               \
    } while (0)

DRIVER_INITIALIZE DriverEntry;

enum { RINGS = 6, DEPTH = 4, THREADS = 10 };

static int use(PFILE_OBJECT file)
{
    ULONG answer = 0;
    HANDLE thread;
    for (unsigned i = 0; i < RINGS; i++) {
        EXPECT(expool_interrupt(DOORBELL_VECTOR) == 1);
        KeFlushQueuedDpcs();
    }
    EXPECT(expool_device_ioctl(file, IOCTL_DOORBELL_TAKE, NULL, 0, &answer, 2, NULL) ==
           STATUS_BUFFER_TOO_SMALL);
    EXPECT(expool_device_ioctl(file, IOCTL_DOORBELL_TAKE, NULL, 0, &answer, 4, NULL) == 0);
    EXPECT(answer == DEPTH);
    for (unsigned i = 0; i < THREADS; i++) {
        EXPECT(ObOpenObjectByPointer(PsGetCurrentThread(), 0, NULL, 1, *PsThreadType, KernelMode,
                                     &thread) == 0);
        ZwClose(thread);
    }
    EXPECT(expool_device_ioctl(file, IOCTL_DOORBELL_HANDLES, NULL, 0, &answer, 4, NULL) == 0);
    EXPECT(answer == THREADS);
    EXPECT(expool_interrupt(DOORBELL_VECTOR) == 1); /* is there when the device goes */
    return 0;
}

static int name_of(PDEVICE_OBJECT pdo, char *name, size_t letters)
{
    WCHAR text[64];
    ULONG bytes;
    EXPECT(IoGetDeviceProperty(pdo, DevicePropertyPhysicalDeviceObjectName, sizeof(text), text,
                               &bytes) == 0);
    for (size_t i = 0; i < letters && i < bytes / sizeof(WCHAR); i++)
        name[i] = (char)text[i];
    return 0;
}

int main(void)
{
    PDRIVER_OBJECT driver;
    PDEVICE_OBJECT pdo;
    PFILE_OBJECT file;
    char name[64] = {0};
    EXPECT(expool_driver_load(DriverEntry, "doorbell", &driver) == 0);
    for (unsigned round = 0; round < 2; round++) {
        EXPECT(expool_pnp_add(driver, &pdo) == 0);
        EXPECT(expool_interrupt(DOORBELL_VECTOR) == 0);
        EXPECT(expool_pnp_send(pdo, IRP_MN_START_DEVICE) == 0);
        EXPECT(name_of(pdo, name, sizeof(name)) == 0);
        EXPECT(expool_device_open(name, &file) == 0);
        EXPECT(use(file) == 0);
        EXPECT(expool_device_close(file) == 0);
        EXPECT(expool_pnp_remove(pdo) == 0);
    }
    EXPECT(expool_driver_unload(driver) == 0);
    static const uint32_t tags[] = {'gniR', 'txtC', 'tnIK'};
    for (unsigned i = 0; i < sizeof(tags) / sizeof(tags[0]); i++) {
        struct expool_tag_statistics tag;
        expool_tag_statistics_get(tags[i], &tag);
        for (unsigned k = 0; k < 2; k++)
            EXPECT(tag.pool[k].allocations == tag.pool[k].frees);
    }
    return 0;
}
