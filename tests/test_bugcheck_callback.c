#include "tests/child.h"

#include "expool/bugcheck.h"
#include "expool/bugcheck_callback.h"
#include "expool/irql.h"

static KBUGCHECK_CALLBACK_RECORD record;
static KBUGCHECK_CALLBACK_RECORD second;
static char buffer[] = "buffer";
static UCHAR component[] = "test";

static void say(const char *word)
{
    if (write(STDERR_FILENO, word, strlen(word)) < 0)
        _exit(1);
}

static VOID called(PVOID data, ULONG length)
{
    bool is_right = data == buffer && length == sizeof buffer && KeGetCurrentIrql() == HIGH_LEVEL;
    say(is_right ? "[called]" : "[called wrongly]");
}

static VOID called_too(PVOID data, ULONG length)
{
    (void)data, (void)length;
    say("[called too]");
}

static VOID stops_again(PVOID data, ULONG length)
{
    (void)data, (void)length;
    KeBugCheckEx(0x1234, 0, 0, 0, 0);
}

static BOOLEAN add(PKBUGCHECK_CALLBACK_RECORD which, PKBUGCHECK_CALLBACK_ROUTINE routine)
{
    return KeRegisterBugCheckCallback(which, routine, buffer, sizeof buffer, component);
}

TEST(the_layouts_are_those_of_x64)
{
    EXPECT_EQUAL(sizeof(KBUGCHECK_CALLBACK_RECORD), 0x40);
    EXPECT_EQUAL(offsetof(KBUGCHECK_CALLBACK_RECORD, Component), 0x28);
    EXPECT_EQUAL(offsetof(KBUGCHECK_CALLBACK_RECORD, State), 0x38);
    EXPECT_EQUAL(sizeof(KBUGCHECK_REASON_CALLBACK_RECORD), 0x30);
}

TEST(a_record_is_registered_once)
{
    KeInitializeCallbackRecord(&record);
    EXPECT(!KeDeregisterBugCheckCallback(&record));
    EXPECT(add(&record, called));
    EXPECT(!add(&record, called));
    EXPECT_EQUAL(record.State, BufferInserted);
    EXPECT(KeDeregisterBugCheckCallback(&record));
    EXPECT(!KeDeregisterBugCheckCallback(&record));
    EXPECT(add(&record, called));
}

static void stop_with_two(void)
{
    KeInitializeCallbackRecord(&record);
    KeInitializeCallbackRecord(&second);
    add(&record, called);
    add(&second, called_too);
    KeBugCheck(0xE2);
}

TEST(callbacks_run_in_order_after_the_report)
{
    struct child child = child_run(stop_with_two);
    EXPECT_EQUAL(child.signal, SIGABRT);
    EXPECT_TEXT(child.text, "END OF REPORT\n[called][called too]");
}

static void stop_with_one_removed_and_one_damaged(void)
{
    KeInitializeCallbackRecord(&record);
    KeInitializeCallbackRecord(&second);
    add(&record, called);
    add(&second, called_too);
    KeDeregisterBugCheckCallback(&record);
    second.Length++;
    KeBugCheck(0xE2);
}

TEST(removed_and_damaged_records_are_passed_over)
{
    struct child child = child_run(stop_with_one_removed_and_one_damaged);
    EXPECT_EQUAL(child.signal, SIGABRT);
    EXPECT(strstr(child.text, "[called") == NULL);
}

static void stop_in_a_callback(void)
{
    KeInitializeCallbackRecord(&record);
    add(&record, stops_again);
    KeBugCheck(0xE2);
}

TEST(a_stop_in_a_callback_ends_with_its_numbers)
{
    struct child child = child_run(stop_in_a_callback);
    EXPECT_EQUAL(child.exit_code, 196);
    EXPECT_TEXT(child.text, "STOP: 0x000000E2");
    EXPECT_TEXT(child.text, "STOP: 0x00001234");
}

static VOID reason_called(KBUGCHECK_CALLBACK_REASON reason,
                          struct _KBUGCHECK_REASON_CALLBACK_RECORD *which, PVOID data, ULONG length)
{
    (void)reason, (void)which, (void)data, (void)length;
}

TEST(reason_callbacks_are_kept)
{
    KBUGCHECK_REASON_CALLBACK_RECORD reason;
    KeInitializeCallbackRecord(&reason);
    EXPECT(!KeRegisterBugCheckReasonCallback(&reason, reason_called, KbCallbackInvalid, NULL));
    EXPECT(KeRegisterBugCheckReasonCallback(&reason, reason_called, KbCallbackDumpIo, NULL));
    EXPECT(!KeRegisterBugCheckReasonCallback(&reason, reason_called, KbCallbackDumpIo, NULL));
    EXPECT(KeDeregisterBugCheckReasonCallback(&reason));
    EXPECT(!KeDeregisterBugCheckReasonCallback(&reason));
}

TESTS_MAIN("bugcheck_callback")
