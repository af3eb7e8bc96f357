#include "fuzz/replay/check.h"

#include "fuzz/target.h"

#include <string.h>

enum { LINE_BYTES = 256, EXPECT_COLUMN = 52 };

struct check {
    const struct replay_input *input;
    FILE *print;
    bool is_foreign;
    bool has_failed;
};

/* What damage brings depends on the back end: a file says what comes on its own. */
static bool is_on_other_backend(const struct replay_input *input)
{
    return run_backend >= 0 && run_backend != input->text.program.backend &&
           strcmp(target_name, "corrupt") == 0;
}

bool replay_is_foreign(const struct replay_input *input)
{
    return input->text.target[0] != 0 && strcmp(input->text.target, target_name) != 0;
}

static void print_op(const struct check *check, unsigned index, const char *expected)
{
    char line[LINE_BYTES];
    if (check->print == NULL || index >= check->input->text.program.count)
        return;
    program_print_op(&check->input->text.program.ops[index], line, sizeof line);
    (void)fprintf(check->print, "%-*s # expect: %s\n", EXPECT_COLUMN, line, expected);
}

static void compare(struct check *check, unsigned index, const char *found)
{
    if (index >= check->input->text.program.count || check->is_foreign)
        return;
    const char *wanted = check->input->text.expect[index];
    if (wanted[0] == 0 || strcmp(wanted, found) == 0)
        return;
    (void)fprintf(stderr, "%s: operation %u: the file expects %s, the model %s\n",
                  check->input->name, index + 1, wanted, found);
    check->has_failed = true;
}

static void observe(unsigned index, const struct expectation *expected, const char *wrong,
                    void *context)
{
    struct check *check = context;
    char found[TEXT_EXPECT_MAX];
    expectation_print(expected, found, sizeof found);
    print_op(check, index, found);
    if (wrong != NULL) {
        (void)fprintf(stderr, "%s: operation %u: %s\n", check->input->name, index + 1, wrong);
        if (check->print != NULL)
            (void)fprintf(check->print, "# came: %s\n", wrong);
        check->has_failed = true;
    }
    compare(check, index, found);
}

bool replay_check(const struct replay_input *input, FILE *print)
{
    struct check check = {.input = input,
                          .print = print,
                          .is_foreign = replay_is_foreign(input) || is_on_other_backend(input)};
    char header[LINE_BYTES];
    if (print != NULL) {
        program_print_header(&input->text.program, header, sizeof header);
        (void)fprintf(print, "%starget: %s\n# %s\n", header, target_name, input->name);
    }
    target_program(&input->text.program, observe, &check);
    return !check.has_failed;
}
