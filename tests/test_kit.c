/* The driver kit: a small driver whose mistakes are chosen by a control code, each ended with the
 * finding that belongs to it. */
#include "tests/expect.h"
#include "tests/kit_driver.h"
#include "tests/kit_program.h"

#include <wdm.h>

#include "expool/kit.h"
#include "expool/settle.h"
#include "fuzz/kit/input_text.h"
#include "fuzz/kit/minimize.h"
#include "fuzz/kit/run.h"

#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#define TAG         0x74694b54 /* TKit */
#define IOCTL_OF(n) CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800 + (n), METHOD_BUFFERED, FILE_ANY_ACCESS)

enum mistake {
    NONE,
    RAISED,
    LEAK,
    LEAK_WHEN_REFUSED,
    TIMER,
    THREAD,
    LINK,
    KEEP_REQUEST,
    OVERRUN,
    MAGIC,
    HANG,
    SOON,
    REGION,
    WILD,
};

static struct {
    KTIMER timer;
    KDPC dpc;
    KEVENT never;
    PIRP kept;
    unsigned uses;
} state;

static VOID nothing(PKDPC dpc, PVOID context, PVOID one, PVOID other)
{
    (void)dpc, (void)context, (void)one, (void)other;
}

static VOID wait_forever(PVOID context)
{
    KeWaitForSingleObject(context, Executive, KernelMode, FALSE, NULL);
}

static void start_thread(void)
{
    HANDLE thread;
    KeInitializeEvent(&state.never, NotificationEvent, FALSE);
    if (NT_SUCCESS(PsCreateSystemThread(&thread, 0, NULL, NULL, NULL, wait_forever, &state.never)))
        ZwClose(thread);
}

static void set_timer(void)
{
    LARGE_INTEGER due = {.QuadPart = -600000000LL};
    KeInitializeTimer(&state.timer);
    KeInitializeDpc(&state.dpc, nothing, NULL);
    KeSetTimer(&state.timer, due, &state.dpc);
}

static void leave_link(void)
{
    UNICODE_STRING link;
    UNICODE_STRING target;
    RtlInitUnicodeString(&link, u"\\DosDevices\\KitLeft");
    RtlInitUnicodeString(&target, u"\\Device\\Kit");
    IoCreateSymbolicLink(&link, &target);
}

static void *take(size_t bytes)
{
    return ExAllocatePool2(POOL_FLAG_NON_PAGED, bytes, TAG);
}

static void leak_when_refused(void)
{
    void *one = take(16);
    void *other = one != NULL ? take(32) : NULL;
    if (other == NULL)
        return; /* the mistake */
    ExFreePoolWithTag(one, TAG);
    ExFreePoolWithTag(other, TAG);
}

static void overrun(const char *bytes, size_t length)
{
    char *block = take(16);
    if (block == NULL)
        return;
    memcpy(block, bytes, length < 16 ? length : 16);
    if (length >= 5)
        *(volatile char *)(block + 16) = 0;
    ExFreePoolWithTag(block, TAG);
}

static void magic(const char *bytes, size_t length)
{
    if (length >= 16 && bytes[9] == 'Q')
        (void)take(24);
}

static void hang(void)
{
    KeInitializeEvent(&state.never, NotificationEvent, FALSE);
    KeWaitForSingleObject(&state.never, Executive, KernelMode, FALSE, NULL);
}

static VOID overrun_later(PKDPC dpc, PVOID context, PVOID one, PVOID other)
{
    (void)dpc, (void)context, (void)one, (void)other;
    overrun("abcde", 5);
}

/* In a millisecond, unless the driver is unloaded before. */
static void set_overrun(void)
{
    LARGE_INTEGER due = {.QuadPart = -10000};
    KeInitializeTimer(&state.timer);
    KeInitializeDpc(&state.dpc, overrun_later, NULL);
    KeSetTimer(&state.timer, due, &state.dpc);
}

static void make(enum mistake mistake, PIRP irp, size_t length)
{
    switch (mistake) {
    case NONE: break;
    case LEAK: (void)take(24); break;
    case LEAK_WHEN_REFUSED: leak_when_refused(); break;
    case TIMER: set_timer(); break;
    case THREAD: start_thread(); break;
    case LINK: leave_link(); break;
    case OVERRUN: overrun(irp->AssociatedIrp.SystemBuffer, length); break;
    case MAGIC: magic(irp->AssociatedIrp.SystemBuffer, length); break;
    case HANG: hang(); break;
    case SOON: set_overrun(); break;
    case REGION: KeEnterCriticalRegion(); break;
    case WILD: *(volatile int *)(uintptr_t)0x10 = 1; break;
    case RAISED:
    case KEEP_REQUEST: break;
    }
}

static NTSTATUS control(PDEVICE_OBJECT device, PIRP irp)
{
    PIO_STACK_LOCATION location = IoGetCurrentIrpStackLocation(irp);
    ULONG code = location->Parameters.DeviceIoControl.IoControlCode;
    (void)device;
    state.uses++;
    if (code == IOCTL_OF(KEEP_REQUEST)) {
        IoMarkIrpPending(irp);
        state.kept = irp;
        return STATUS_PENDING;
    }
    make((enum mistake)((code >> 2 & 0xFFF) - 0x800), irp,
         location->Parameters.DeviceIoControl.InputBufferLength);
    complete(irp, STATUS_SUCCESS, 0);
    if (code == IOCTL_OF(RAISED))
        KeRaiseIrqlToDpcLevel();
    return STATUS_SUCCESS;
}

#define IOCTL_NONE         IOCTL_OF(NONE)
#define IOCTL_RAISED       IOCTL_OF(RAISED)
#define IOCTL_LEAK         IOCTL_OF(LEAK)
#define IOCTL_REFUSED      IOCTL_OF(LEAK_WHEN_REFUSED)
#define IOCTL_TIMER        IOCTL_OF(TIMER)
#define IOCTL_THREAD       IOCTL_OF(THREAD)
#define IOCTL_LINK         IOCTL_OF(LINK)
#define IOCTL_KEEP_REQUEST IOCTL_OF(KEEP_REQUEST)
#define IOCTL_OVERRUN      IOCTL_OF(OVERRUN)
#define IOCTL_MAGIC        IOCTL_OF(MAGIC)
#define IOCTL_HANG         IOCTL_OF(HANG)
#define IOCTL_SOON         IOCTL_OF(SOON)
#define IOCTL_REGION       IOCTL_OF(REGION)
#define IOCTL_WILD         IOCTL_OF(WILD)
KIT_IOCTLS(IOCTL_NONE, IOCTL_RAISED, IOCTL_LEAK, IOCTL_REFUSED, IOCTL_TIMER, IOCTL_THREAD,
           IOCTL_LINK, IOCTL_KEEP_REQUEST, IOCTL_OVERRUN, IOCTL_MAGIC, IOCTL_HANG, IOCTL_SOON,
           IOCTL_REGION, IOCTL_WILD)

KIT_OP(fail_when, KIT_U8(number))
{
    KIT_EXPECT(number != 7);
}

KIT_OP(raise, KIT_SIZE(level, 15))
{
    KfRaiseIrql((KIRQL)level);
}

KIT_OP0(enter)
{
    KeEnterCriticalRegion();
}

extern void __asan_init(void) __attribute__((weak)); /* NOLINT: its name */

static void expect_finding(const char *lines, const char *token)
{
    struct kit_outcome outcome;
    parse(lines);
    ck_assert(kit_child_run(&input, false, &outcome));
    ck_assert(outcome.is_finding);
    ck_assert_msg(strstr(outcome.token, token) != NULL, "%s, not %s", outcome.token, token);
}

static void expect_silence(const char *lines)
{
    struct kit_outcome outcome;
    parse(lines);
    ck_assert(kit_child_run(&input, true, &outcome));
    ck_assert_msg(!outcome.is_finding, "%s", outcome.token);
}

TEST(variables_and_everything_else_are_as_new_for_each_input)
{
    kit_start();
    parse("fail: none\nioctl code=IOCTL_NONE\nioctl code=IOCTL_NONE\n");
    for (unsigned i = 0; i < 50; i++) {
        state.uses = 0; /* first.c and last.c are not around this program */
        kit_run(&input);
        ck_assert_uint_eq(state.uses, 2);
    }
    ck_assert_uint_eq(kit_counts.refused, 0);
}

TEST(a_driver_that_does_nothing_wrong_is_silent)
{
    kit_start();
    expect_silence("open file=1\nioctl code=IOCTL_NONE in=\"abc\" out=9\nclose file=1\nelapse\n"
                   "ioctl code=IOCTL_OVERRUN in=\"abcd\"\nread size=3\nwrite data=\"1\"\n");
}

TEST(what_the_driver_leaves_raised_or_held_is_found_at_the_operation)
{
    kit_start();
    expect_finding("ioctl code=IOCTL_RAISED\n", "c4.2001d:control"); /* the verifier's own rule */
    expect_finding("elapse\nraise level=2\n", "irql-left-raised:raise");
    expect_finding("ioctl code=IOCTL_REGION\n", "c4.c5:control");
    expect_finding("enter\n", "apcs-left-disabled:enter");
}

TEST(what_the_driver_leaves_behind_is_found_at_unload)
{
    kit_start();
    expect_finding("ioctl code=IOCTL_LEAK\n", "c4.62:TKit");
    expect_finding("ioctl code=IOCTL_TIMER\n", "timer-left:unload");
    expect_finding("ioctl code=IOCTL_THREAD\n", "thread-left:unload");
    expect_finding("ioctl code=IOCTL_LINK\n", "name-left:unload");
    expect_finding("ioctl code=IOCTL_KEEP_REQUEST\n", "request-kept");
}

TEST(a_leak_on_the_way_of_a_refused_allocation_is_found_and_made_shorter)
{
    struct kit_outcome outcome;
    unsigned tries;
    kit_start();
    expect_silence("fail: none\nioctl code=IOCTL_REFUSED\n");
    parse(
        "fail: each\nelapse\nioctl code=IOCTL_NONE\nioctl code=IOCTL_REFUSED in=\"abc\"\nelapse\n");
    ck_assert(kit_minimize(&input, &outcome, &tries));
    ck_assert(strstr(outcome.token, "c4.62:TKit") != NULL);
    ck_assert_uint_eq(input.count, 1);
    ck_assert_uint_eq(input.fail, KIT_FAIL_ONE);
    ck_assert_uint_eq(input.calls[0].values[2].bytes.length, 0);
}

TEST(the_call_that_has_to_fail_is_named_for_c)
{
    kit_start();
    parse("fail: each\nelapse\nioctl code=IOCTL_NONE\nioctl code=IOCTL_REFUSED in=\"abc\"\n");
    ck_assert(kit_name_failure(&input));
    ck_assert_uint_eq(input.fail, KIT_FAIL_ONE);
    ck_assert_uint_gt(input.which, 0);
    parse("fail: each\nioctl code=IOCTL_LEAK\n");
    ck_assert(kit_name_failure(&input));
    ck_assert_uint_eq(input.fail, KIT_FAIL_NONE);
    parse("fail: each\nioctl code=IOCTL_NONE\n");
    ck_assert(!kit_name_failure(&input));
}

TEST(a_wait_that_nothing_will_end_is_a_finding_that_begins_in_the_driver)
{
    kit_start();
    expect_finding("ioctl code=IOCTL_HANG\n", "1e:hang:make");
}

TEST(a_timer_takes_the_same_course_each_time)
{
    kit_start();
    for (unsigned i = 0; i < 4; i++) {
        expect_finding("ioctl code=IOCTL_SOON\n", "timer-left:unload");
        expect_finding("ioctl code=IOCTL_SOON\nelapse\n", "overrun_later");
    }
}

TEST(damage_is_found_and_its_length_becomes_the_least_that_does_it)
{
    struct kit_outcome outcome;
    unsigned tries;
    kit_start();
    parse("open file=2\nioctl code=IOCTL_OVERRUN in=\"abcdefgh\"\nioctl code=IOCTL_NONE\n");
    ck_assert(kit_minimize(&input, &outcome, &tries));
    ck_assert_uint_eq(input.count, 1);
    ck_assert_uint_eq(input.calls[0].values[2].bytes.length, 5);
}

TEST(bytes_that_do_not_matter_become_zeroes)
{
    static const uint8_t wanted[16] = {[9] = 'Q'};
    struct kit_outcome outcome;
    unsigned tries;
    kit_start();
    parse("ioctl code=IOCTL_MAGIC in=\"abcdefghiQklmnopqrst\"\n");
    ck_assert(kit_minimize(&input, &outcome, &tries));
    ck_assert_uint_eq(input.calls[0].values[2].bytes.length, sizeof wanted);
    ck_assert_mem_eq(input.calls[0].values[2].bytes.data, wanted, sizeof wanted);
}

TEST(a_wild_pointer_is_a_finding_that_begins_in_the_driver)
{
    kit_start();
    expect_finding("elapse\nioctl code=IOCTL_WILD\n",
                   &__asan_init != NULL ? "AddressSanitizer:SEGV:make" : "1e:make:control");
}

TEST(an_expectation_of_the_target_is_a_finding_of_its_own)
{
    kit_start();
    expect_silence("fail_when number=6\n");
    expect_finding("fail_when number=7\n", "kit:kit_test:expectation:fail_when");
}

TEST(a_crash_shows_the_program_with_a_mark_at_the_operation)
{
    kit_start();
    parse("ioctl code=IOCTL_NONE\nfail_when number=7\nelapse\n");
    char path[] = "/tmp/test_kit.XXXXXX";
    int file = mkstemp(path);
    ck_assert_int_ge(file, 0);
    pid_t process = fork();
    if (process == 0) {
        dup2(file, STDERR_FILENO);
        kit_run(&input);
        _exit(0);
    }
    waitpid(process, NULL, 0);
    static char text[4096];
    ck_assert_int_gt(pread(file, text, sizeof text - 1, 0), 0);
    unlink(path);
    ck_assert(strstr(text, "\nfail_when number=7    # <-- here\nelapse\n") != NULL);
    ck_assert(strstr(text, "driver: kit_test\n") != NULL);
}

TESTS_MAIN("kit")
