/* An instruction that stands on no line (DWARF's line 0: a compiler made one call of two) has the
 * line of the one in front of it. GNU as writes no such rows: the test is for clang. */
#include "tests/expect.h"

#include "pool/symbol.h"

#ifdef __clang__
#define THIS_FILE "0" /* its number in DWARF 5 */
#else
#define THIS_FILE "1"
#endif

extern const char lineless[]; /* an instruction's place */

static struct symbol found;

static void take(const struct symbol *symbol, void *context)
{
    (void)context;
    if (found.function == NULL)
        found = *symbol;
}

__attribute__((noinline)) static unsigned begin_of(void)
{
    unsigned line = __LINE__;
    __asm__ volatile(".loc " THIS_FILE " 0\n"
                     "\t.globl lineless\n"
                     "lineless:\n"
                     "\tnop");
    return line;
}

TEST(an_instruction_on_line_zero_has_the_line_in_front_of_it)
{
    unsigned begin = begin_of();
    symbol_find((uintptr_t)lineless, take, NULL);
    ck_assert_str_eq(found.function, "begin_of");
    ck_assert_uint_ge(found.line, begin - 2);
    ck_assert_uint_le(found.line, begin + 1);
}

TESTS_MAIN("line_zero")
