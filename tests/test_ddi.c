/* DDI compliance: each rule at a level that breaks it and at one that does not; what an automatic
 * check says instead. */
#include "tests/verified.h"

#include <ntifs.h>

#include "pool/ddi.h"
#include "pool/rules.h"

static KEVENT event;
static KTIMER timer;
static KSPIN_LOCK lock;
static KSEMAPHORE semaphore;
static FAST_MUTEX fast;
static KDEVICE_QUEUE queue;

static void device_queue(void)
{
    KDEVICE_QUEUE_ENTRY entry;
    KeInsertDeviceQueue(&queue, &entry);
    KeRemoveEntryDeviceQueue(&queue, &entry);
    queue.Busy = FALSE;
}

static void probe(void)
{
    char buffer[8] = {0};
    ProbeForRead(buffer, 0, 1);
}

static void uuid(void)
{
    UUID made;
    ExUuidCreate(&made);
}

static void initial_stack(void)
{
    IoGetInitialStack();
}

static void symbolic_link(void)
{
    static WCHAR letters[] = u"\\DosDevices\\NotThere";
    UNICODE_STRING name;
    RtlInitUnicodeString(&name, letters);
    IoDeleteSymbolicLink(&name);
}

static void active_processors(void)
{
    KeQueryActiveProcessors();
}

static void clear_event(void)
{
    KeClearEvent(&event);
}

static void set_timer(void)
{
    LARGE_INTEGER hour = {.QuadPart = -36000000000};
    KeSetTimer(&timer, hour, NULL);
    KeCancelTimer(&timer);
}

static void set_and_wait(void)
{
    KeSetEvent(&event, 0, TRUE);
}

static void non_cached(void)
{
    PVOID memory = MmAllocateNonCachedMemory(100);
    if (memory != NULL && KeGetCurrentIrql() <= APC_LEVEL)
        MmFreeNonCachedMemory(memory, 100);
}

static void reference_handle(void)
{
    PVOID object;
    ObReferenceObjectByHandle(NULL, 0, NULL, KernelMode, &object, NULL);
}

static void version(void)
{
    PsGetVersion(NULL, NULL, NULL, NULL);
}

static void release_semaphore(void)
{
    KeReadStateSemaphore(&semaphore);
}

static const struct {
    void (*call)(void);
    uint32_t rule;
    KIRQL wrong;
    KIRQL right;
} levels[] = {
    {device_queue, 0x20003, PASSIVE_LEVEL, DISPATCH_LEVEL},
    {probe, 0x20006, DISPATCH_LEVEL, APC_LEVEL},
    {uuid, 0x20008, APC_LEVEL, PASSIVE_LEVEL},
    {initial_stack, 0x20009, DISPATCH_LEVEL, APC_LEVEL},
    {symbolic_link, 0x2000D, APC_LEVEL, PASSIVE_LEVEL},
    {active_processors, 0x2000F, DISPATCH_LEVEL, APC_LEVEL},
    {clear_event, 0x20011, CLOCK_LEVEL, DISPATCH_LEVEL},
    {set_and_wait, 0x20016, DISPATCH_LEVEL, APC_LEVEL},
    {non_cached, 0x20019, DISPATCH_LEVEL, APC_LEVEL},
    {reference_handle, 0x2001B, APC_LEVEL, PASSIVE_LEVEL},
    {version, 0x2001C, APC_LEVEL, PASSIVE_LEVEL},
    {release_semaphore, 0x20025, CLOCK_LEVEL, DISPATCH_LEVEL},
};
enum { LEVELS = sizeof levels / sizeof levels[0] };

static void begin(const char *options_text)
{
    verified(options_text);
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    KeInitializeTimer(&timer);
    KeInitializeSpinLock(&lock);
    KeInitializeSemaphore(&semaphore, 0, 1);
    KeInitializeDeviceQueue(&queue);
    ExInitializeFastMutex(&fast);
    forget();
}

static void call_at(KIRQL irql, void (*call)(void))
{
    KIRQL old;
    forget();
    KeRaiseIrql(irql, &old);
    call();
    KeLowerIrql(old);
}

TEST(each_rule_is_told_once_at_a_wrong_level_and_silent_at_a_right_one)
{
    begin("tier=guard:leaks=off");
    for (unsigned i = 0; i < LEVELS; i++) {
        call_at(levels[i].right, levels[i].call);
        EXPECT_EQUAL(passed.count, 0);
        call_at(levels[i].wrong, levels[i].call);
        EXPECT_EQUAL(passed.last.subcode, levels[i].rule);
        EXPECT_EQUAL(passed.last.code, 0xC4);
        EXPECT_EQUAL(passed.count, 1);
        EXPECT_EQUAL(passed.last.parameter[0], levels[i].rule);
        EXPECT(strcmp((const char *)passed.last.parameter[1], ddi_rule(levels[i].rule)->text) == 0);
        EXPECT_EQUAL(passed.last.parameter[2], 0);
        EXPECT_EQUAL(passed.last.parameter[3], 0);
    }
}

TEST(a_routine_that_calls_another_is_told_once)
{
    begin("tier=guard:leaks=off");
    call_at(CLOCK_LEVEL, set_timer);
    EXPECT_EQUAL(passed.count, 2); /* KeSetTimer, KeCancelTimer */
    EXPECT_EQUAL(passed.last.subcode, 0x20011);
}

TEST(nothing_is_told_with_the_rule_off)
{
    begin("tier=guard:leaks=off");
    EXPECT(expool_verifier_flags_set(RULES_STANDARD & ~(uint32_t)RULE_DDI));
    for (unsigned i = 0; i < LEVELS; i++) {
        call_at(levels[i].wrong, levels[i].call);
        EXPECT_EQUAL(passed.count, 0);
    }
}

static void take_fast_mutex(void)
{
    ExAcquireFastMutex(&fast);
    fast.Count = 1;
    fast.Owner = NULL;
}

static void enter_region(void)
{
    KeEnterCriticalRegion();
}

static void leave_too_often(void)
{
    KeLeaveCriticalRegion();
}

static void leave_guarded_too_often(void)
{
    KeLeaveGuardedRegion();
}

static void set_event(void)
{
    KeSetEvent(&event, 0, FALSE);
}

static void take_above(void)
{
    KIRQL irql = KeGetCurrentIrql();
    KeAcquireSpinLockRaiseToDpc(&lock);
    KeReleaseSpinLockFromDpcLevel(&lock);
    EXPECT_EQUAL(KeGetCurrentIrql(), irql);
}

static void take_below(void)
{
    KIRQL old;
    KeAcquireSpinLockAtDpcLevel(&lock);
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    KeReleaseSpinLockFromDpcLevel(&lock);
    KeLowerIrql(old);
}

static void allocate_paged(void)
{
    PVOID block = ExAllocatePool2(POOL_FLAG_PAGED, 100, TAG);
    EXPECT(block == NULL);
}

static void close_handle(void)
{
    ZwClose(NULL);
}

static const struct {
    void (*call)(void);
    KIRQL irql;
    uint32_t automatic;
    uint32_t rule;
} twins[] = {
    {take_fast_mutex, DISPATCH_LEVEL, 0x33, 0x20005},
    {enter_region, DISPATCH_LEVEL, 0x11A, 0x20010},
    {leave_too_often, PASSIVE_LEVEL, 0x3E, 0x40003},
    {leave_guarded_too_often, PASSIVE_LEVEL, 0x3E, 0x4000E},
    {set_event, CLOCK_LEVEL, 0x80, 0x20016},
    {take_above, CLOCK_LEVEL, 0x42, 0x20011},
    {take_below, APC_LEVEL, 0x40, 0x20003},
    {allocate_paged, DISPATCH_LEVEL, 0x01, 0x20004},
    {close_handle, APC_LEVEL, 0xE6, 0x2001F},
};
enum { TWINS = sizeof twins / sizeof twins[0] };

static void expect_twin(unsigned index, uint32_t subcode)
{
    call_at(twins[index].irql, twins[index].call);
    EXPECT_EQUAL(passed.last.code, 0xC4);
    EXPECT_EQUAL(passed.last.subcode, subcode);
    EXPECT_EQUAL(passed.count, 1);
    while (KeAreApcsDisabled())
        KeLeaveCriticalRegion();
}

TEST(an_automatic_check_is_told_while_special_pool_is_in_force)
{
    begin("tier=guard:leaks=off");
    for (unsigned i = 0; i < TWINS; i++)
        expect_twin(i, twins[i].automatic);
}

TEST(the_rule_is_told_without_special_pool)
{
    begin("tier=guard:leaks=off");
    EXPECT(expool_verifier_flags_set(RULE_DDI));
    for (unsigned i = 0; i < TWINS; i++)
        expect_twin(i, twins[i].rule);
}

TEST(pairs_of_spin_locks_are_told_without_deadlock_detection)
{
    KLOCK_QUEUE_HANDLE queued;
    KIRQL old;
    begin("tier=guard:leaks=off");
    EXPECT(expool_verifier_flags_set(RULE_DDI));
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    KeAcquireSpinLockAtDpcLevel(&lock);
    KeAcquireSpinLockAtDpcLevel(&lock);
    EXPECT_EQUAL(passed.last.subcode, 0x40009);
    KeReleaseSpinLockFromDpcLevel(&lock);
    KeReleaseSpinLockFromDpcLevel(&lock);
    EXPECT_EQUAL(passed.last.subcode, 0x4000A);
    KeAcquireInStackQueuedSpinLockAtDpcLevel(&lock, &queued);
    KeAcquireInStackQueuedSpinLockAtDpcLevel(&lock, &queued);
    EXPECT_EQUAL(passed.last.subcode, 0x40006);
    KeReleaseInStackQueuedSpinLockFromDpcLevel(&queued);
    KeReleaseInStackQueuedSpinLockFromDpcLevel(&queued);
    EXPECT_EQUAL(passed.last.subcode, 0x40007);
    EXPECT_EQUAL(passed.count, 4);
    KeLowerIrql(old);
}

TEST(every_row_names_a_rule)
{
    for (unsigned i = 0; i < DDI_CALL_COUNT; i++)
        EXPECT(ddi_rule(ddi_rule_of((enum ddi_call)i)) != NULL);
}

TESTS_MAIN("ddi")
