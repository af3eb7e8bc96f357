#include "tools/doctor.h"

#include "tools/run_environment.h"
#include "tools/run_file.h"
#include "tools/verb.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    BLOCK_BYTES = 96, /* a multiple of 16: the guard page begins right behind it */
    EXIT_BUGCHECK = 196,
    REPORT_BYTES = 16384,
};

/* What the settings ask for, but for what would hide a bug or its exit code, or end the program
 * before it. */
#define NOTHING_ELSE "help=0:on_bugcheck=exit:leaks=off:low_resources=off:drivers=''"

int doctor_overflow(void)
{
    static volatile size_t written = BLOCK_BYTES + 1; /* no compiler is to see it */
    char *allocated = malloc(BLOCK_BYTES);
    volatile char *block = allocated;
    if (allocated == NULL)
        return EXIT_TROUBLE;
    for (size_t i = 0; i < written; i++)
        /* cppcheck-suppress arrayIndexOutOfBounds ; it is the bug */
        block[i] = 'x';
    (void)printf("the write behind the block was not stopped\n");
    free(allocated);
    return EXIT_NOTHING;
}

/* Ourselves, with the bug, under the library; what it writes goes to `report`. */
static int run_planted(int report)
{
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        (void)dup2(report, STDERR_FILENO);
        (void)dup2(report, STDOUT_FILENO);
        execl("/proc/self/exe", "expool", "doctor", "--planted-overflow", (char *)NULL);
        _exit(EXIT_NOT_FOUND);
    }
    if (child < 0 || waitpid(child, &status, 0) != child)
        return -1;
    return status;
}

static const char *tier_of(const struct run_file *file)
{
    static const char *const names[] = {"no guards", "guards from uffd", "guards from guard",
                                        "guards from mprotect"};
    unsigned tier = run_file_tier(file);
    return tier < sizeof names / sizeof names[0] ? names[tier] : names[0];
}

/* The stop's line, "BUG CHECK 0xD6: ..."; "" when there is none. */
static void find_stop(int report, char *stop, size_t capacity)
{
    static char text[REPORT_BYTES];
    ssize_t length = pread(report, text, sizeof text - 1, 0);
    text[length > 0 ? length : 0] = 0;
    const char *at = strstr(text, "BUG CHECK ");
    (void)snprintf(stop, capacity, "%.*s", at == NULL ? 0 : (int)strcspn(at, "\n"),
                   at == NULL ? "" : at);
}

enum diagnosis doctor_planted(struct patient *patient, char *line)
{
    char stop[DOCTOR_LINE_BYTES / 2];
    const struct program self = {.is_dynamic = true};
    struct run_file file;
    int report = memfd_create("expool-doctor", MFD_CLOEXEC);
    if (patient->preload == NULL || report < 0 || !run_file_make(&file, 1) ||
        !run_environment_set(&self, NOTHING_ELSE)) {
        (void)snprintf(line, DOCTOR_LINE_BYTES, "could not be run");
        return DIAGNOSIS_PROBLEM;
    }
    int status = run_planted(report);
    find_stop(report, stop, sizeof stop);
    bool is_caught = WIFEXITED(status) && WEXITSTATUS(status) == EXIT_BUGCHECK && *stop != 0;
    if (is_caught)
        (void)snprintf(line, DOCTOR_LINE_BYTES, "caught: %s; %s", stop, tier_of(&file));
    else
        (void)snprintf(line, DOCTOR_LINE_BYTES,
                       "NOT caught: a write behind a block went unseen; it ended with %s%d. Do the "
                       "settings leave "
                       "special pool out?",
                       WIFSIGNALED(status) ? "signal " : "",
                       WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
    run_file_close(&file);
    close(report);
    return is_caught ? DIAGNOSIS_OK : DIAGNOSIS_PROBLEM;
}
