#include "tests/expect.h"

#include <ntddk.h>

#include "expool/driver.h"
#include "tests/no_leaks.h"

static PDRIVER_OBJECT driver;
static PDEVICE_OBJECT device;
static PKINTERRUPT interrupts[2];
static unsigned services, dpcs, ticks;
static BOOLEAN is_mine;
static KEVENT done;

enum { VECTOR = 0x51, DEVICE_LEVEL = 7 };

static VOID nothing(PDRIVER_OBJECT object)
{
    IoDeleteDevice(object->DeviceObject);
}

static NTSTATUS entry(PDRIVER_OBJECT object, PUNICODE_STRING path)
{
    (void)path;
    object->DriverUnload = nothing;
    return IoCreateDevice(object, 0, NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &device);
}

static BOOLEAN serve(PKINTERRUPT interrupt, PVOID context)
{
    EXPECT(interrupt == interrupts[0] || interrupt == interrupts[1]);
    EXPECT_EQUAL(KeGetCurrentIrql(), DEVICE_LEVEL);
    services++;
    if (is_mine)
        IoRequestDpc(device, (PIRP)context, context);
    return is_mine;
}

static VOID later(PKDPC dpc, PDEVICE_OBJECT object, PIRP irp, PVOID context)
{
    EXPECT(dpc == &device->Dpc && object == device);
    EXPECT(irp == context && context == &services);
    dpcs++;
    KeSetEvent(&done, 0, FALSE);
}

static NTSTATUS connect(PKINTERRUPT *interrupt, KIRQL level)
{
    return IoConnectInterrupt(interrupt, serve, &services, NULL, VECTOR, level, DEVICE_LEVEL,
                              LevelSensitive, TRUE, 1, FALSE);
}

static void begin(void)
{
    KeInitializeEvent(&done, SynchronizationEvent, FALSE);
    EXPECT_EQUAL(expool_driver_load(entry, "serve", &driver), 0);
}

static void end(void)
{
    EXPECT_EQUAL(expool_driver_unload(driver), 0);
    expect_no_leaks();
}

TEST(an_interrupt_calls_its_routine_and_that_the_dpc)
{
    begin();
    IoInitializeDpcRequest(device, later);
    EXPECT_EQUAL(expool_interrupt(VECTOR), 0);
    EXPECT_EQUAL(connect(&interrupts[0], DEVICE_LEVEL), 0);
    EXPECT_EQUAL(connect(&interrupts[1], DEVICE_LEVEL), 0);
    EXPECT_EQUAL(expool_interrupt(VECTOR), 2);
    is_mine = TRUE;
    EXPECT_EQUAL(expool_interrupt(VECTOR), 1);
    EXPECT_EQUAL(services, 3);
    KeWaitForSingleObject(&done, Executive, KernelMode, FALSE, NULL);
    EXPECT_EQUAL(dpcs, 1);
    EXPECT_EQUAL(expool_interrupt(VECTOR + 1), 0);
    EXPECT_EQUAL(KeGetCurrentIrql(), PASSIVE_LEVEL);
    IoDisconnectInterrupt(interrupts[0]);
    IoDisconnectInterrupt(interrupts[1]);
    EXPECT_EQUAL(expool_interrupt(VECTOR), 0);
    end();
}

static BOOLEAN count_up(PVOID context)
{
    EXPECT_EQUAL(KeGetCurrentIrql(), DEVICE_LEVEL);
    ++*(unsigned *)context;
    return TRUE;
}

TEST(a_routine_runs_as_if_it_were_the_interrupt)
{
    EXPECT_EQUAL(connect(&interrupts[0], DEVICE_LEVEL + 1), STATUS_INVALID_PARAMETER);
    EXPECT(interrupts[0] == NULL);
    EXPECT_EQUAL(connect(&interrupts[0], DEVICE_LEVEL), 0);
    EXPECT(KeSynchronizeExecution(interrupts[0], count_up, &services));
    EXPECT_EQUAL(services, 1);
    KIRQL before = KeAcquireInterruptSpinLock(interrupts[0]);
    EXPECT_EQUAL(KeGetCurrentIrql(), DEVICE_LEVEL);
    KeReleaseInterruptSpinLock(interrupts[0], before);
    EXPECT_EQUAL(KeGetCurrentIrql(), before);
    IoDisconnectInterrupt(interrupts[0]);
}

static VOID tick(PDEVICE_OBJECT object, PVOID context)
{
    EXPECT(object == device && context == &ticks);
    EXPECT_EQUAL(KeGetCurrentIrql(), DISPATCH_LEVEL);
    ticks++;
    KeSetEvent(&done, 0, FALSE);
}

TEST(a_device_has_a_timer_that_goes_with_it)
{
    begin();
    EXPECT_EQUAL(IoInitializeTimer(device, tick, &ticks), 0);
    EXPECT_EQUAL(IoInitializeTimer(device, tick, &ticks), 0);
    IoStartTimer(device);
    KeWaitForSingleObject(&done, Executive, KernelMode, FALSE, NULL);
    IoStopTimer(device);
    EXPECT(ticks >= 1);
    IoStartTimer(device); /* runs when the device is deleted */
    end();
    struct expool_tag_statistics tag;
    expool_tag_statistics_get('TnoI', &tag);
    EXPECT_EQUAL(tag.pool[0].allocations, 1);
    EXPECT_EQUAL(tag.pool[0].frees, 1);
}

TEST(a_local_lies_on_the_stack_and_static_memory_does_not)
{
    ULONG_PTR low, high;
    char local;
    IoGetStackLimits(&low, &high);
    EXPECT((ULONG_PTR)&local > low && (ULONG_PTR)&local < high);
    EXPECT(IoGetInitialStack() == (PVOID)high);
    EXPECT(IoGetRemainingStackSize() < high - low);
    EXPECT(IoWithinStackLimits((ULONG_PTR)&local, 1));
    EXPECT(!IoWithinStackLimits((ULONG_PTR)&driver, 1));
    EXPECT(!IoWithinStackLimits(high - 1, 2));
}

TESTS_MAIN("interrupt")
