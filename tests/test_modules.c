#include "verifier/modules.h"

#include "tests/expect.h"

static void of_this_program(void)
{
}

TEST(the_c_library_counts_as_kernel_and_this_program_as_driver)
{
    modules_note();
    EXPECT(!modules_is_kernel((uintptr_t)&of_this_program));
#if !defined(__SANITIZE_ADDRESS__)
    EXPECT(modules_is_kernel((uintptr_t)&qsort));
#endif
    EXPECT(!modules_is_kernel(0));
}

TESTS_MAIN("modules")
