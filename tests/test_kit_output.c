/* The driver kit: what a driver's answer holds and nobody wrote. */
#include "tests/expect.h"
#include "tests/kit_driver.h"
#include "tests/kit_program.h"

#include <wdm.h>

#include "expool/kit.h"
#include "fuzz/kit/child.h"
#include "fuzz/kit/run.h"

#include <string.h>

#define IOCTL_UNWRITTEN CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, METHOD_BUFFERED, FILE_ANY_ACCESS)
#define IOCTL_WHOLE     CTL_CODE(FILE_DEVICE_UNKNOWN, 0x801, METHOD_BUFFERED, FILE_ANY_ACCESS)

/* As many bytes as the application has room for; behind its own they are the pool's, or written. */
static NTSTATUS control(PDEVICE_OBJECT device, PIRP irp)
{
    PIO_STACK_LOCATION location = IoGetCurrentIrpStackLocation(irp);
    ULONG room = location->Parameters.DeviceIoControl.OutputBufferLength;
    ULONG given = location->Parameters.DeviceIoControl.InputBufferLength;
    char *bytes = irp->AssociatedIrp.SystemBuffer;
    (void)device;
    if (location->Parameters.DeviceIoControl.IoControlCode == IOCTL_WHOLE && room > given)
        memset(bytes + given, 0x99, room - given);
    return complete(irp, STATUS_SUCCESS, room);
}

KIT_IOCTLS(IOCTL_UNWRITTEN, IOCTL_WHOLE)

static struct kit_outcome run(const char *lines)
{
    struct kit_outcome outcome;
    parse(lines);
    ck_assert(kit_child_run(&input, false, &outcome));
    return outcome;
}

TEST(bytes_of_an_answer_that_nobody_wrote_are_found)
{
    kit_start();
    for (unsigned i = 0; i < 4; i++) {
        struct kit_outcome outcome =
            run("ioctl code=IOCTL_WHOLE out=9\nioctl code=IOCTL_UNWRITTEN in=\"abc\" out=8\n");
        ck_assert_str_eq(outcome.token, "kit:kit_test:output-not-written:ioctl");
    }
}

TEST(what_the_driver_or_the_application_wrote_is_not)
{
    kit_start();
    ck_assert(!run("ioctl code=IOCTL_WHOLE in=\"abc\" out=40\n").is_finding);
    ck_assert(!run("ioctl code=IOCTL_UNWRITTEN in=\"\\x88\\x88\\x88\\x88\" out=4\n").is_finding);
}

TESTS_MAIN("kit_output")
