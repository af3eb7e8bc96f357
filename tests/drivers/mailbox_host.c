/* mailbox_host.c - loads the driver mailbox.c and uses it as an application would: the example of
 * include/expool/driver.h. Ends with 0 when everything came as expected. */
#include <wdm.h>

#include "expool/driver.h"
#include "mailbox.h"

#include <stdio.h>
#include <string.h>

#define SERVICE "\\Registry\\Machine\\System\\CurrentControlSet\\Services\\mailbox"
#define EXPECT(condition)                                                                          \
    do {                                                                                           \
        if (!(condition))                                                                          \
            return printf("line %d: %s\n", __LINE__, #condition), 1;                               \
    } while (0)

DRIVER_INITIALIZE DriverEntry;

static int use(PFILE_OBJECT file)
{
    MAILBOX_COUNT count = {0};
    char text[16] = {0};
    size_t bytes = 0;

    struct expool_request *reader = expool_device_read_start(file, text, sizeof(text), 0);
    EXPECT(!expool_request_is_done(reader));
    EXPECT(expool_device_write(file, "hello", 6, 0, &bytes) == STATUS_SUCCESS && bytes == 6);
    EXPECT(expool_request_wait(reader, &bytes) == STATUS_SUCCESS && bytes == 6);
    EXPECT(strcmp(text, "hello") == 0);

    reader = expool_device_read_start(file, text, sizeof(text), 0);
    EXPECT(expool_request_cancel(reader));
    EXPECT(expool_request_wait(reader, NULL) == STATUS_CANCELLED);

    EXPECT(expool_device_write(file, "one", 4, 0, NULL) == STATUS_SUCCESS);
    EXPECT(expool_device_write(file, "two", 4, 0, NULL) == STATUS_SUCCESS);
    EXPECT(expool_device_write(file, "three", 6, 0, NULL) == STATUS_DEVICE_BUSY);
    EXPECT(expool_device_ioctl(file, IOCTL_MAILBOX_PEEK, NULL, 0, text, 3, &bytes) == 0);
    EXPECT(bytes == 3 && memcmp(text, "one", 3) == 0);
    EXPECT(expool_device_ioctl(file, IOCTL_MAILBOX_COUNT, NULL, 0, &count, sizeof(count), NULL) ==
           0);
    EXPECT(count.Letters == 2 && count.Depth == 2);
    EXPECT(expool_device_read(file, text, 2, 0, &bytes) == STATUS_BUFFER_OVERFLOW && bytes == 2);
    EXPECT(expool_device_ioctl(file, IOCTL_MAILBOX_CLEAR, NULL, 0, NULL, 0, NULL) == 0);
    EXPECT(expool_device_ioctl(file, IOCTL_MAILBOX_PEEK, NULL, 0, text, 3, NULL) ==
           STATUS_NO_MORE_ENTRIES);
    EXPECT(expool_device_write(file, "left behind", 12, 0, NULL) == STATUS_SUCCESS);
    return 0;
}

int main(void)
{
    PDRIVER_OBJECT driver;
    PFILE_OBJECT file;

    EXPECT(expool_registry_set_number(SERVICE "\\Parameters", "Depth", 2) == 0);
    EXPECT(expool_driver_load(DriverEntry, "mailbox", &driver) == STATUS_SUCCESS);
    EXPECT(expool_device_open("\\\\.\\Mailbox", &file) == STATUS_SUCCESS);
    int result = use(file);
    EXPECT(expool_driver_unload(driver) == STATUS_DEVICE_BUSY);
    expool_device_close(file);
    EXPECT(expool_driver_unload(driver) == STATUS_SUCCESS);
    return result;
}
