/* What executes and what does not, without the verifier. */
#include "tests/child.h"
#include "tests/expect.h"

#include "expool/pool.h"
#include "pool/pool_fault.h"

enum { TAG = 'tseT' };

static int run_in(POOL_TYPE type, size_t size)
{
#if defined(__aarch64__)
    static const unsigned char code[] = {0xe0, 0x08, 0x80, 0x52, 0xc0, 0x03, 0x5f, 0xd6};
#else
    static const unsigned char code[] = {0xb8, 0x47, 0x00, 0x00, 0x00, 0xc3}; /* return 0x47 */
#endif
    unsigned char *block = ExAllocatePoolWithTag(type, size, TAG);
    int (*function)(void);
    memcpy(block, code, sizeof code);
    __builtin___clear_cache((char *)block, (char *)block + sizeof code);
    memcpy(&function, &block, sizeof function);
    int answer = function();
    ExFreePoolWithTag(block, TAG);
    return answer;
}

TEST(code_runs_in_executable_pool)
{
    EXPECT_EQUAL(run_in(NonPagedPool, 100), 0x47);
    EXPECT_EQUAL(run_in(NonPagedPoolExecute, 10000), 0x47);
    EXPECT_EQUAL(run_in(NonPagedPoolCacheAligned, 100), 0x47);
}

TEST(code_does_not_run_elsewhere)
{
    EXPECT(pool_fault_start());
    EXPECT_BUGCHECK(0xFC, 0)
    {
        run_in(NonPagedPoolNx, 100);
    }
    EXPECT_BUGCHECK(0xFC, 0)
    {
        run_in(PagedPool, 100);
    }
    EXPECT_BUGCHECK(0xFC, 0)
    {
        run_in(NonPagedPoolNx, 10000);
    }
    EXPECT_BUGCHECK(0xFC, 0)
    {
        run_in(NonPagedPoolNxCacheAligned, 100);
    }
}

static void run_uncaught(void)
{
    run_in(NonPagedPoolNx, 100);
}

TEST(nobody_catches_by_default)
{
    struct child child = child_run(run_uncaught);
    EXPECT(child.signal == SIGSEGV || child.exit_code > 0);
    EXPECT(strstr(child.text, "0xFC") == NULL);
}

TEST(unused_pool_is_a_bug_check_where_faults_are_caught)
{
    char *block = ExAllocatePoolWithTag(NonPagedPoolNx, 100, TAG);
    EXPECT(pool_fault_start());
    EXPECT_BUGCHECK(0x50, 0)
    {
        *(volatile char *)(block + (64 << 20)) = 1;
    }
    ExFreePoolWithTag(block, TAG);
}

TESTS_MAIN("no_execute")
