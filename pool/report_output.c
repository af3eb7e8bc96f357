#include "pool/report_output.h"

#include "pool/options.h"
#include "pool/os.h"
#include "pool/os_report.h"
#include "pool/report_environment.h"

#include <errno.h>
#include <string.h>

enum {
    STDERR = 2,
    PATH_BYTES = 1024,
    LINE_BYTES = 1400,
    NO_DESCRIPTOR = 0x7fffffff,
    NS_PER_SECOND = 1000000000
};

static struct os_file_identity stderr_at_start;
static bool had_stderr;
static unsigned number; /* of this process's reports: %n */

__attribute__((constructor(102))) static void remember_stderr(void)
{
    had_stderr = os_file_identity(STDERR, &stderr_at_start);
}

/* A program that closed its stderr may have a data file under that number by now: not to be
 * written to. One that sent it elsewhere on purpose is followed while that is no regular file of
 * its own. */
static bool is_still_stderr(void)
{
    struct os_file_identity now;
    if (!os_file_identity(STDERR, &now))
        return false;
    bool is_same = now.device == stderr_at_start.device && now.file == stderr_at_start.file;
    return (had_stderr && is_same) || os_is_for_appending(STDERR);
}

/* "/proc/4711/fd/9" -> "/proc/4711/fd/2": the stderr of `expool run`. */
static int open_stderr_of_run(void)
{
    char path[PATH_BYTES];
    struct text text = TEXT_OVER(path);
    const char *run = report_environment.run;
    const char *slash = strrchr(run, '/');
    if (slash == NULL)
        return -1;
    text_add_bytes(&text, run, (size_t)(slash - run));
    text_add(&text, "/2");
    return os_open_append(path);
}

static void write_to_stderr(const char *bytes, size_t length)
{
    if (is_still_stderr()) {
        os_write_out(STDERR, bytes, length);
        return;
    }
    int descriptor = open_stderr_of_run();
    if (descriptor < 0)
        return;
    os_write_out(descriptor, bytes, length);
    os_close(descriptor);
}

static void say_failed(const char *option, const char *path, int error)
{
    char bytes[LINE_BYTES];
    struct text text = TEXT_OVER(bytes);
    text_add(&text, "==%u==expool: %s=%s cannot be written: %s\n", os_process_id(), option, path,
             os_error_words(error));
    write_to_stderr(text.bytes, text.length);
}

static void add_program(struct text *text)
{
    char path[PATH_BYTES];
    if (os_program_path(path, sizeof path) > 0)
        text_add(text, "%s", strrchr(path, '/') + 1);
}

static void add_place_holder(struct text *text, char letter)
{
    char host[PATH_BYTES];
    switch (letter) {
    case 'e': add_program(text); break;
    case 'p': text_add(text, "%u", os_process_id()); break;
    case 't': text_add(text, "%lu", os_time_ns() / NS_PER_SECOND); break;
    case 'n': text_add(text, "%u", number); break;
    case 'h':
        if (os_host_name(host, sizeof host) > 0)
            text_add(text, "%s", host);
        break;
    case '%': text_add(text, "%%"); break;
    default: text_add(text, "%%%c", letter); break;
    }
}

static void expand(struct text *text, const char *pattern)
{
    for (; *pattern != 0; pattern++)
        if (pattern[0] == '%' && pattern[1] != 0)
            add_place_holder(text, *++pattern);
        else
            text_add_bytes(text, pattern, 1);
}

/* "fd:3" -> 3; -1: a path. What is no number behind "fd:" is a descriptor that is not open. */
static int descriptor_of(const char *word)
{
    int value = 0;
    if (strncmp(word, "fd:", 3) != 0)
        return -1;
    if (word[3] == 0)
        return NO_DESCRIPTOR;
    for (word += 3; *word != 0; word++) {
        if (*word < '0' || *word > '9' || value > 99999)
            return NO_DESCRIPTOR;
        value = value * 10 + (*word - '0');
    }
    return value;
}

/* 0, or why not. */
static int append_to(const char *path, const void *bytes, size_t length)
{
    int descriptor = os_open_append(path);
    if (descriptor < 0)
        return errno;
    int error = os_write_out(descriptor, bytes, length);
    os_close(descriptor);
    return error;
}

static int write_where(const char *word, char path[PATH_BYTES], const void *bytes, size_t length)
{
    struct text text = text_over(path, PATH_BYTES);
    int descriptor = descriptor_of(word);
    if (descriptor >= 0) {
        text_add(&text, "%s", word);
        return os_write_out(descriptor, bytes, length);
    }
    expand(&text, word);
    return append_to(path, bytes, length);
}

void report_output_write(const char *bytes, size_t length)
{
    char path[PATH_BYTES];
    number++;
    if (options.log[0] == 0 || strcmp(options.log, "stderr") == 0) {
        write_to_stderr(bytes, length);
        return;
    }
    int saved = errno;
    int error = write_where(options.log, path, bytes, length);
    if (error != 0) {
        say_failed("log", path, error);
        write_to_stderr(bytes, length);
    }
    errno = saved;
}

bool report_output_is_terminal(void)
{
    int descriptor = descriptor_of(options.log);
    if (descriptor >= 0)
        return os_is_terminal(descriptor);
    return strcmp(options.log, "stderr") == 0 && os_is_terminal(STDERR);
}

bool report_output_wants_records(void)
{
    return options.record[0] != 0 || report_environment.records[0] != 0;
}

bool report_output_record(const void *bytes, size_t length)
{
    bool is_written = false;
    int saved = errno;
    char path[PATH_BYTES];
    if (report_environment.records[0] != 0)
        is_written = append_to(report_environment.records, bytes, length) == 0;
    if (options.record[0] != 0) {
        int error = write_where(options.record, path, bytes, length);
        if (error != 0)
            say_failed("record", path, error);
        is_written |= error == 0;
    }
    errno = saved;
    return is_written;
}

const char *report_output_record_name(void)
{
    static char path[PATH_BYTES];
    struct text text = TEXT_OVER(path);
    expand(&text, options.record);
    return path;
}
