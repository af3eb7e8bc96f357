#define DBG 1
#include "tests/child.h"
#include "tests/verified.h"

#include "expool/dbg.h"

static USHORT wide_letters[] = {'W', 'i', 'd', 'e', 0};

static void print_numbers(void)
{
    DbgPrint("[%d|%i|%u|%x|%X|%o]", -1, 7, 4294967295u, 0xbeefu, 0xBEEFu, 8u);
    DbgPrint("[%5d|%-5d|%05d|%+d|% d]", 42, 42, 42, 42, 42);
    DbgPrint("[%.8x|%#x|%8.3d|%*d|%-*d|%.*x]", 0xabcu, 0xabcu, 7, 4, 1, 4, 2, 3, 0xfu);
    DbgPrint("[%lu|%lx|%ld]", 4294967295u, 0xdeadbeefu, -5);
    DbgPrint("[%I64x|%I64d|%llu|%I32x|%Ix|%zu]", 0x123456789abcdefULL, -9LL,
             18446744073709551615ULL, 0x12u, (ULONG_PTR)0xffffffffff, (SIZE_T)12);
    DbgPrint("[%hd|%hu|%hhx]\n", 65535 + 2, 65536 + 3, 0x1ff);
}

TEST(numbers_are_as_wide_as_windows_says)
{
    const struct child child = child_run(print_numbers);
    EXPECT_TEXT(child.text, "[-1|7|4294967295|beef|BEEF|10]");
    EXPECT_TEXT(child.text, "[   42|42   |00042|+42| 42]");
    EXPECT_TEXT(child.text, "[00000abc|0xabc|     007|   1|2   |00f]");
    EXPECT_TEXT(child.text, "[4294967295|deadbeef|-5]");
    EXPECT_TEXT(child.text, "[123456789abcdef|-9|18446744073709551615|12|ffffffffff|12]");
    EXPECT_TEXT(child.text, "[1|3|ff]");
}

static void print_strings(void)
{
    const char tag[4] = {'T', 'a', 'g', '1'}; /* not ended: only a precision makes it printable */
    UNICODE_STRING counted_wide = {6, 8, wide_letters};
    ANSI_STRING counted = {3, 8, (PCHAR)(ULONG_PTR) "counted"};
    UNICODE_STRING empty = {0, 0, NULL};
    DbgPrint("[%s|%6s|%-6s|%.2s|%.4s|%.*s]", "abc", "abc", "abc", "abc", tag, 3, tag);
    DbgPrint("[%ws|%S|%ls|%hs|%.2ws|%6ws]", wide_letters, wide_letters, wide_letters, "narrow",
             wide_letters, wide_letters);
    DbgPrint("[%wZ|%Z|%6wZ|%wZ|%wZ]", &counted_wide, &counted, &counted_wide, &empty, NULL);
    DbgPrint("[%c%c|%C|%3c|%s|%ws]", 'x', 'y', 'z', 'w', NULL, NULL);
    DbgPrint("[100%%|%p]\n", (PVOID)0xABCDEF);
}

TEST(strings_may_be_wide_counted_or_cut)
{
    const struct child child = child_run(print_strings);
    EXPECT_TEXT(child.text, "[abc|   abc|abc   |ab|Tag1|Tag]");
    EXPECT_TEXT(child.text, "[Wide|Wide|Wide|narrow|Wi|  Wide]");
    EXPECT_TEXT(child.text, "[Wid|cou|   Wid||(null)]");
    EXPECT_TEXT(child.text, "[xy|z|  w|(null)|(null)]");
    EXPECT_TEXT(child.text, "[100%|0000000000ABCDEF]");
}

static void print_much(void)
{
    static char much[2048];
    memset(much, 'm', sizeof much - 1);
    DbgPrint("%s", much);
}

TEST(a_call_prints_at_most_512_bytes)
{
    const struct child child = child_run(print_much);
    EXPECT_EQUAL(strlen(child.text), 512);
}

static void print_levels(void)
{
    DbgPrintEx(DPFLTR_IHVDRIVER_ID, DPFLTR_ERROR_LEVEL, "error\n");
    DbgPrintEx(DPFLTR_IHVDRIVER_ID, DPFLTR_WARNING_LEVEL, "warning\n");
    DbgPrintEx(DPFLTR_DEFAULT_ID, DPFLTR_INFO_LEVEL, "info\n");
    DbgPrintEx(DPFLTR_DEFAULT_ID, DPFLTR_MASK | 8, "mask without error\n");
    KdPrintEx((DPFLTR_DEFAULT_ID, DPFLTR_MASK | 0x21, "mask with %s\n", "errors"));
    KdPrint(("always %d\n", 1));
}

TEST(levels_below_error_are_hidden)
{
    const struct child child = child_run(print_levels);
    ck_assert_str_eq(child.text, "error\nmask with errors\nalways 1\n");
}

static void assert_wrongly(void)
{
    int two = 2;
    ASSERT(two == 2);
    ASSERTMSG("numbers", two == 3);
}

TEST(a_failed_assertion_says_where_and_stops)
{
    const struct child child = child_run(assert_wrongly);
    EXPECT_EQUAL(child.signal, SIGABRT);
    EXPECT_TEXT(child.text, "*** Assertion failed: numbers: two == 3\n");
    EXPECT_TEXT(child.text, "test_dbg.c, line ");
    EXPECT_TEXT(child.text, "0x0000001E");
    EXPECT_BUGCHECK(0x1E, 0)
    {
        NT_ASSERT(false);
    }
    EXPECT_EQUAL(last_bugcheck()->parameter[0], 0xC0000420);
}

TEST(pageable_code_may_run_below_dispatch_level)
{
    PAGED_CODE();
    KfRaiseIrql(APC_LEVEL);
    PAGED_CODE();
}

TEST(pageable_code_at_dispatch_level_asserts)
{
    KfRaiseIrql(DISPATCH_LEVEL);
    EXPECT_BUGCHECK(0x1E, 0)
    {
        PAGED_CODE();
    }
}

TEST(pageable_code_at_dispatch_level_is_stop_c4_e5_under_the_verifier)
{
    verified("tier=guard");
    KfRaiseIrql(DISPATCH_LEVEL);
    ExpPagedCode(); /* what PAGED_CODE() is where DBG is 0 */
    EXPECT_EQUAL(passed.last.code, 0xC4);
    EXPECT_EQUAL(passed.last.subcode, 0xE5);
    EXPECT_EQUAL(passed.last.parameter[1], DISPATCH_LEVEL);
}

static void print_list(ULONG level, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vDbgPrintExWithPrefix("drv: ", DPFLTR_IHVDRIVER_ID, level, format, arguments);
    vDbgPrintEx(DPFLTR_IHVDRIVER_ID, level, format, arguments);
    va_end(arguments);
}

static void print_lists(void)
{
    print_list(DPFLTR_ERROR_LEVEL, "%d\n", 7);
    print_list(DPFLTR_INFO_LEVEL, "%d\n", 8);
}

TEST(a_list_of_arguments_prints_with_a_prefix)
{
    const struct child child = child_run(print_lists);
    EXPECT_TEXT(child.text, "drv: 7\n7\n");
    EXPECT(strstr(child.text, "8") == NULL);
}

TEST(a_breakpoint_without_a_debugger_is_a_stop)
{
    EXPECT(KdRefreshDebuggerNotPresent() && KD_DEBUGGER_NOT_PRESENT && !KD_DEBUGGER_ENABLED);
    EXPECT_BUGCHECK(0x1E, 0)
    {
        DbgBreakPoint();
    }
    EXPECT_EQUAL(last_bugcheck()->parameter[0], 0x80000003);
    EXPECT_BUGCHECK(0x1E, 0)
    {
        DbgBreakPointWithStatus(1);
    }
}

TEST(a_verified_expression_is_a_value_too)
{
    EXPECT(NT_VERIFY(1 + 1 == 2) == TRUE);
    EXPECT_BUGCHECK(0x1E, 0)
    {
        (void)NT_VERIFY(1 + 1 == 3);
    }
    EXPECT_BUGCHECK(0x1E, 0)
    {
        NT_FRE_ASSERT(1 + 1 == 3);
    }
    PAGED_CODE_LOCKED();
    NT_ASSERTMSG("sums", 1 + 1 == 2);
    RTL_SOFT_ASSERT(1 + 1 == 2);
}

TESTS_MAIN("dbg")
