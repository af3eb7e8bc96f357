#include "tools/run_report.h"

#include "tools/findings.h"
#include "tools/names.h"
#include "tools/root.h"
#include "tools/say.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATH_BYTES = 64, NAME_BYTES = 512, COMMAND_BYTES = 512 };

/* A path, and no descriptor that is inherited: a program that closes all it finds still reports. */
static void path_of(const struct run_report *report, char path[PATH_BYTES])
{
    (void)snprintf(path, PATH_BYTES, "/proc/%d/fd/%d", (int)getpid(), report->records);
}

/* Without a name one is made in this folder when the run is over. */
static bool can_write(const struct run_report *report)
{
    const struct findings_output output = {report->output, true, report->is_forced};
    if (!report->wants_json)
        return findings_can_write(report->formats, &output);
    return findings_can_make(report->output != NULL ? report->output : "expool.json",
                             report->output == NULL || report->is_forced);
}

bool run_report_is_wanted(const struct run_report *report)
{
    return report->formats != NULL || report->wants_json;
}

bool run_report_start(struct run_report *report)
{
    char path[PATH_BYTES];
    if (!run_report_is_wanted(report))
        return true;
    if (report->formats != NULL && !findings_formats_known(report->formats))
        return false;
    if (!can_write(report))
        return false;
    report->records = memfd_create("expool-records", MFD_CLOEXEC);
    path_of(report, path);
    if (report->records >= 0 && setenv("EXPOOL_RECORDS", path, 1) == 0)
        return true;
    say("no file for the records: %s", strerror(errno));
    return false;
}

struct made {
    const struct findings *findings;
    const struct outcomes *outcomes;
};

static bool make_json(const void *context, FILE *file)
{
    const struct made *made = context;
    return run_json_write(made->outcomes, made->findings, file);
}

static bool write_json(const struct run_report *report, const struct made *made)
{
    char path[NAME_BYTES];
    const char *slash = strrchr(made->outcomes->argv[0], '/');
    (void)snprintf(path, sizeof path, "expool.%s.%d.json",
                   slash != NULL ? slash + 1 : made->outcomes->argv[0], (int)getpid());
    bool is_named = report->output != NULL;
    bool is_written = findings_write_file(is_named ? report->output : path,
                                          report->is_forced || !is_named, make_json, made);
    if (is_written && !is_named)
        say("%s written", path);
    return is_written;
}

static bool write_all(const struct run_report *report, const struct findings *findings,
                      const struct outcomes *outcomes)
{
    if (report->wants_json)
        return write_json(report, &(struct made){findings, outcomes});
    const struct findings_output output = {report->output, true, report->is_forced};
    return findings_write(findings, report->formats, &output);
}

/* "ctest --test-dir build" */
static void tell_command(char *text, size_t capacity, char *const *argv)
{
    int used = 0;
    for (char *const *word = argv; *word != NULL && used >= 0 && (size_t)used < capacity; word++)
        used +=
            snprintf(text + used, capacity - (size_t)used, "%s%s", word == argv ? "" : " ", *word);
}

/* NULL: as a program ends that has no more to say than its findings. */
static const char *tell_end(char *text, size_t capacity, const struct outcomes *outcomes)
{
    int status = outcomes->ending->status;
    if (outcomes->idle != NULL)
        (void)snprintf(text, capacity, "nothing was checked: %s", outcomes->idle);
    else if (status == 0 || outcomes->ending->is_hidden)
        return NULL;
    else
        (void)snprintf(text, capacity, "ended with %s%d", WIFSIGNALED(status) ? "signal " : "",
                       WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
    return text;
}

static uint64_t lasted_ms(const struct outcomes *outcomes)
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < outcomes->count; i++)
        sum += outcomes->list[i].lasted_ms;
    return sum;
}

bool run_report_finish(struct run_report *report, struct outcomes *outcomes)
{
    char command[COMMAND_BYTES];
    char ended[COMMAND_BYTES];
    char path[PATH_BYTES];
    const char *const paths[] = {path};
    if (!run_report_is_wanted(report))
        return true;
    path_of(report, path);
    struct findings *findings = findings_read(paths, 1);
    if (findings == NULL)
        return false;
    char *root = root_find(NULL);
    findings->names = names_new(NULL, NULL);
    findings->root = root;
    tell_command(command, sizeof command, outcomes->argv);
    run_cases_sort(&outcomes->cases);
    const struct outcome *ending = outcomes->ending;
    findings->run = &(struct findings_run){.command = run_case_name(command),
                                           .ended = tell_end(ended, sizeof ended, outcomes),
                                           .has_failed = ending->status != 0 && !ending->is_hidden,
                                           .lasted_ms = lasted_ms(outcomes),
                                           .cases = &outcomes->cases};
    bool is_written = write_all(report, findings, outcomes);
    names_free(findings->names);
    findings_free(findings);
    run_cases_free(&outcomes->cases);
    free(root);
    close(report->records);
    return is_written;
}
