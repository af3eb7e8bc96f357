/* fuzz_report.c - bytes, not programs: what people type and what is written for them. The first
 * byte chooses: the text of a program, a program's bytes, or a report (report_case.h). A text that
 * begins as programs do is read, and run with a report of whatever stops. */
#include "fuzz/target.h"

#include "fuzz/failure.h"
#include "fuzz/program_text.h"
#include "fuzz/report_case.h"

#include <string.h>

const char target_name[] = "report";
const bool target_is_verifying = false;
target_program_run *const target_program = NULL;

enum { TEXT_BYTES = 65536 };

static struct program_text first;
static struct program_text second;
static char printed[2][TEXT_BYTES];

/* What is printed is read as the same program, and printed the same. */
static uint64_t go_round(const struct program *program)
{
    program_print(program, printed[0], sizeof printed[0]);
    if (!program_parse(&second, printed[0], strlen(printed[0]))) {
        failure_result(program, program->count, "what was printed is not read");
        return 1;
    }
    program_print(&second.program, printed[1], sizeof printed[1]);
    if (strcmp(printed[0], printed[1]) != 0)
        failure_result(program, program->count, "what was read is printed otherwise");
    static uint8_t bytes[2][PROGRAM_BYTES_MAX];
    size_t length = program_encode(program, bytes[0]);
    if (program_encode(&second.program, bytes[1]) != length ||
        memcmp(bytes[0], bytes[1], length) != 0)
        failure_result(program, program->count, "text and bytes are two programs");
    return length;
}

static uint64_t run_text(const uint8_t *bytes, size_t length)
{
    if (program_parse(&first, (const char *)bytes, length))
        return go_round(&first.program);
    size_t said = strnlen(first.error, sizeof first.error);
    if (said == 0 || said == sizeof first.error)
        failure_result(NULL, 0, "a text is refused without a word");
    return 0;
}

static uint64_t run_whole(const char *bytes, size_t length)
{
    uint64_t read = run_text((const uint8_t *)bytes, length);
    return first.error[0] != 0 ? read : read * 3 ^ report_case_text(&first, bytes, length);
}

static uint64_t run_report(const uint8_t *bytes, size_t length)
{
    static const char magic[] = "expool-program";
    run_counts.programs++;
    run_counts.operations++;
    if (length == 0)
        return 0;
    if (length > sizeof magic - 1 && memcmp(bytes, magic, sizeof magic - 1) == 0)
        return run_whole((const char *)bytes, length);
    switch (bytes[0] % 4) {
    case 0: return run_text(bytes + 1, length - 1);
    case 1: program_decode(&first.program, bytes + 1, length - 1); return go_round(&first.program);
    default: return report_case_run(bytes + 1, length - 1);
    }
}

target_bytes_run *const target_bytes = run_report;
