#include "fuzz/report_case.h"

#include "expool/host.h"
#include "expool/record.h"
#include "expool/verifier.h"
#include "fuzz/failure.h"
#include "fuzz/isolation.h"
#include "fuzz/report_program.h"
#include "fuzz/run.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <wdm.h>

enum {
    HEAD = 8,
    OPTIONS_MAX = 2048,
    SIZE_MAX_BYTES = 3000,
    LINE_MAX = 2048, /* a command to copy has all options in one line */
    TEXT_MAX = 1 << 20,
};

enum { DO_WRONG_TAG, DO_TWICE, DO_DAMAGE, DO_LEAK, DO_COUNT };

/* Memory that looks like a file, so that the library opens and writes it as any. */
enum { FILE_LOG, FILE_RECORD, FILE_ERRORS, FILE_COUNT };

static int files[FILE_COUNT];
static char text[TEXT_MAX + 1];

static struct {
    const uint8_t *head;
    char options[OPTIONS_MAX];
    const struct program *program; /* NULL: one block */
    bool is_verifying;
} job;

static struct report_program *outcome; /* of a program; shared with the child */

static void open_files(void)
{
    for (unsigned i = 0; i < FILE_COUNT; i++) {
        if (files[i] == 0)
            files[i] = memfd_create("expool-report", 0);
        if (files[i] < 0 || ftruncate(files[i], 0) != 0 || lseek(files[i], 0, SEEK_SET) != 0) {
            perror("expool fuzz: memory for a report");
            abort();
        }
    }
}

static size_t read_file(unsigned file)
{
    ssize_t length = pread(files[file], text, TEXT_MAX, 0);
    text[length > 0 ? length : 0] = 0;
    return length > 0 ? (size_t)length : 0;
}

/* A line more of options. No input names a file of this machine. */
static void take_options(const char *from, size_t length)
{
    size_t used = strlen(job.options);
    size_t room = OPTIONS_MAX - 2 - used;
    size_t count = length < room ? length : room;
    for (size_t i = 0; i < count; i++)
        job.options[used + i] = (char)(from[i] == '/' || from[i] == 0 ? '_' : from[i]);
    memcpy(job.options + used + count, "\n", 2);
}

/* Each line by itself: one that is refused changes nothing. */
static void set_chosen(void)
{
    char line[OPTIONS_MAX];
    for (const char *at = job.options; *at != 0; at = strchr(at, '\n') + 1) {
        snprintf(line, sizeof line, "%.*s", (int)strcspn(at, "\n"), at);
        (void)expool_options_set(line);
    }
}

/* What may be chosen comes first, what must be as it is last. */
static void set_options(void)
{
    static const char *const reuse_words[] = {"recycle", "protect"};
    static const char *const verify_words[] = {"end", "start", "exact"};
    char words[OPTIONS_MAX];
    unsigned reuse = job.program != NULL ? job.program->reuse : 1;
    unsigned verify = job.program != NULL ? job.program->verify : 0;
    snprintf(words, sizeof words, "symbolize=off:special_pool_mb=64:seed=1:reuse=%s:verify=%s",
             reuse_words[reuse], verify_words[verify]);
    (void)expool_options_set(words);
    set_chosen();
    snprintf(words, sizeof words,
             "on_bugcheck=%s:leaks=off:color=never:events=off:known=:tier=auto:"
             "log=fd:%d:record=/proc/self/fd/%d",
             job.program != NULL ? "callback" : "continue", files[FILE_LOG], files[FILE_RECORD]);
    (void)expool_options_set(words);
}

/* Damages a header, which lies poisoned. */
__attribute__((no_sanitize("address"))) static void provoke(void)
{
    ULONG tag;
    uint16_t wide;
    memcpy(&tag, job.head + 1, sizeof tag);
    memcpy(&wide, job.head + 5, sizeof wide);
    size_t size = 1 + wide % SIZE_MAX_BYTES;
    unsigned char *block = ExAllocatePoolWithTag(NonPagedPoolNx, size, tag);
    if (block == NULL)
        return;
    for (size_t i = 0; i < size; i++)
        block[i] = job.head[i % HEAD];
    switch (job.head[0] / 2 % DO_COUNT) {
    case DO_WRONG_TAG: ExFreePoolWithTag(block, tag ^ 0x80808001); break;
    case DO_TWICE:
        ExFreePool(block);
        ExFreePool(block);
        break;
    case DO_DAMAGE:
        *(volatile unsigned char *)(block - 1 - job.head[7] % 16) ^= (unsigned char)(wide | 1);
        ExFreePool(block);
        break;
    default: (void)expool_verifier_report_leaks(); break;
    }
}

__attribute__((no_sanitize("address"))) static void work(void *context)
{
    (void)context;
    dup2(files[FILE_ERRORS], STDERR_FILENO);
    expool_on_bugcheck(NULL, NULL);
    set_options();
    if (job.is_verifying && !expool_verifier_start())
        return;
    if (job.program != NULL)
        report_program_run(outcome);
    else
        provoke();
}

/* Lines of printable letters, none too long. */
static const char *judge_text(size_t length)
{
    size_t column = 0;
    for (size_t i = 0; i < length; i++) {
        unsigned char letter = (unsigned char)text[i];
        column = letter == '\n' ? 0 : column + 1;
        if ((letter < ' ' && letter != '\n') || letter == 0x7f)
            return "a letter that a terminal obeys is in the report";
        if (column > LINE_MAX)
            return "a line of the report has no end";
    }
    return column == 0 ? NULL : "the report ends within a line";
}

static uint64_t count_lines(size_t length)
{
    uint64_t lines = 0;
    for (size_t i = 0; i < length; i++)
        lines += text[i] == '\n';
    return lines;
}

static bool string_fits(const struct expool_record *record, expool_record_string at)
{
    const char *bytes = (const char *)record;
    return at == 0 || (at < record->bytes && memchr(bytes + at, 0, record->bytes - at) != NULL);
}

static bool list_fits(const struct expool_record *record, struct expool_record_list list,
                      size_t each)
{
    return list.count == 0 ||
           (list.offset < record->bytes && list.count <= (record->bytes - list.offset) / each);
}

/* A record is whole: its strings end in it, its arrays lie in it. */
static bool record_is_whole(const struct expool_record *record)
{
    const expool_record_string *words = &record->program;
    size_t count = (size_t)(&record->text - words) + 1;
    for (size_t i = 0; i < count; i++)
        if (!string_fits(record, words[i]))
            return false;
    return list_fits(record, record->window_bytes, 1) &&
           list_fits(record, record->access_frames, sizeof(struct expool_record_frame)) &&
           list_fits(record, record->allocated_frames, sizeof(struct expool_record_frame)) &&
           list_fits(record, record->freed_frames, sizeof(struct expool_record_frame)) &&
           list_fits(record, record->sides, sizeof(struct expool_record_stack)) &&
           list_fits(record, record->ladder, sizeof(struct expool_record_rung)) &&
           list_fits(record, record->leaks, sizeof(struct expool_record_leak)) &&
           list_fits(record, record->modules, sizeof(struct expool_record_module));
}

static const char *judge_records(size_t length, uint64_t *count)
{
    static struct expool_record aligned[TEXT_MAX / sizeof(struct expool_record) + 1];
    memcpy(aligned, text, length);
    for (size_t at = 0; at < length; ++*count) {
        const struct expool_record *record =
            (const struct expool_record *)(const void *)((const char *)aligned + at);
        if (length - at < sizeof *record || record->magic != EXPOOL_RECORD_MAGIC ||
            record->bytes > length - at || record->bytes % 8 != 0 || record->bytes == 0)
            return "a record is cut off";
        if (!record_is_whole(record))
            return "a record points out of itself";
        at += record->bytes;
    }
    return NULL;
}

/* How many lines a log has is no course: a long address takes one of its own. */
static uint64_t judge(void)
{
    uint64_t records = 0;
    const char *wrong = judge_text(read_file(FILE_LOG));
    if (wrong == NULL)
        wrong = judge_records(read_file(FILE_RECORD), &records);
    size_t errors = read_file(FILE_ERRORS);
    if (wrong == NULL)
        wrong = judge_text(errors);
    if (wrong != NULL)
        failure_result(NULL, 0, wrong);
    return records * 256 + count_lines(errors);
}

/* These change nothing that a caller can see. */
static bool options_are_harmless(void)
{
    static const char *const harmless[] = {
        "quarantine_blocks=", "memory_pressure=", "encrypt_paged_out=",  "stack_depth=", "unwind=",
        "hexdump=",           "verbose=",         "print_suppressions=", "pool_stacks="};
    for (const char *at = job.options; *at != 0;) {
        bool is_one = false;
        for (size_t i = 0; i < sizeof harmless / sizeof harmless[0]; i++)
            is_one |= strncmp(at, harmless[i], strlen(harmless[i])) == 0;
        if (!is_one && *at != '\n')
            return false;
        at += strcspn(at, ":, \t\n");
        at += *at != 0;
    }
    return true;
}

/* What low_resources= asks for is in force with its rule only. */
static uint32_t rules_wanted(void)
{
    enum { RULE_LOW_RESOURCES = 0x4, RULE_SYSTEMATIC = 0x40000 };
    const char *failing = strstr(job.options, "low_resources=");
    if (failing == NULL)
        return 0;
    return strstr(failing, "systematic") != NULL ? RULE_SYSTEMATIC : RULE_LOW_RESOURCES;
}

static void prepare_outcome(void)
{
    if (outcome == NULL)
        outcome = isolation_memory(sizeof *outcome);
    *outcome = (struct report_program){.program = job.program,
                                       .is_verifying = job.is_verifying,
                                       .rules = rules_wanted(),
                                       .is_judged = options_are_harmless()};
}

static uint64_t run_job(void)
{
    open_files();
    prepare_outcome();
    run_verify(false);
    enum isolation_end how = isolation_run(work, NULL);
    if (outcome->failure != NULL)
        outcome->failure(job.program, outcome->index, outcome->text);
    if (how == ISOLATION_DONE || how == ISOLATION_STOPPED)
        return judge();
    if (how == ISOLATION_REFUSED)
        return 1;
    fwrite(text, 1, read_file(FILE_ERRORS), stderr);
    failure_unsound(NULL, 0, how == ISOLATION_HANGS ? "a report does not end" : "a report crashes");
    return 2;
}

uint64_t report_case_run(const uint8_t *bytes, size_t length)
{
    enum { IS_PROGRAM = 0x80 };
    static struct program program;
    if (length < HEAD)
        return 0;
    const char *options = (const char *)bytes + HEAD;
    const char *end = memchr(options, '\n', length - HEAD);
    size_t options_length = end != NULL ? (size_t)(end - options) : length - HEAD;
    const char *rest = end != NULL ? end + 1 : options + options_length;
    size_t rest_length = length - (size_t)(rest - (const char *)bytes);
    job.head = bytes;
    job.is_verifying = bytes[0] % 2 == 1;
    job.program = NULL;
    job.options[0] = 0;
    take_options(options, options_length);
    if ((bytes[0] & IS_PROGRAM) != 0) {
        program_decode(&program, (const uint8_t *)rest, rest_length);
        job.program = &program;
    }
    return run_job();
}

/* What stands behind `key` in a comment line; NULL: another line. */
static const char *comment_of(const char *line, size_t length, const char *key)
{
    size_t key_length = strlen(key);
    return length >= key_length && memcmp(line, key, key_length) == 0 ? line + key_length : NULL;
}

uint64_t report_case_text(const struct program_text *parsed, const char *bytes, size_t length)
{
    static const char verifier[] = "verifier";
    const char *end = bytes + length;
    job.is_verifying = strncmp(parsed->target, verifier, sizeof verifier - 1) == 0;
    job.program = &parsed->program;
    job.options[0] = 0;
    for (const char *line = bytes; line < end;) {
        const char *next = memchr(line, '\n', (size_t)(end - line));
        next = next != NULL ? next : end;
        const char *options = comment_of(line, (size_t)(next - line), "# options: ");
        if (options != NULL)
            take_options(options, (size_t)(next - options));
        line = next + 1;
    }
    return run_job();
}
