#include "fuzz/kit/child.h"

#include "fuzz/kit/finding.h"
#include "fuzz/kit/run.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LINE_BYTES = 4096, WORD_BYTES = 48 };

static void on_alarm(int number)
{
    (void)number;
    /* The process ends with it. NOLINTNEXTLINE(bugprone-signal-handler,cert-sig30-c) */
    kit_finding("timeout", "it has not come to its end in 25 seconds");
}

static _Noreturn void be_child(const struct kit_input *input, int out)
{
    dup2(out, STDERR_FILENO);
    close(out);
    signal(SIGALRM, on_alarm);
    alarm(KIT_CHILD_SECONDS);
    kit_run(input);
    fflush(NULL);
    _exit(0);
}

/* A sanitizer's last line: "SUMMARY: AddressSanitizer: SEGV driver.c:58:9 in Create". */
static void take_summary(const char *line, struct kit_outcome *outcome)
{
    char tool[WORD_BYTES];
    char kind[WORD_BYTES];
    const char *function = strstr(line, " in ");
    if (sscanf(line, "SUMMARY: %47[^:]: %47s", tool, kind) == 2)
        snprintf(outcome->token, sizeof(outcome->token), "%s:%s:%s", tool, kind,
                 function != NULL ? function + strlen(" in ") : "");
}

static void take_line(const char *line, struct kit_outcome *outcome)
{
    static const char mark[] = "DEDUP_TOKEN: ";
    static const char failing[] = "fail: ";
    const char *found = strstr(line, mark);
    if (outcome->token[0] != 0)
        return;
    if (strncmp(line, failing, sizeof(failing) - 1) == 0) /* of the program it shows */
        outcome->failing = (unsigned)strtoul(line + sizeof(failing) - 1, NULL, 10);
    if (found != NULL)
        snprintf(outcome->token, sizeof(outcome->token), "%s", found + sizeof(mark) - 1);
    else
        take_summary(line, outcome);
    outcome->token[strcspn(outcome->token, "\n")] = 0;
}

static void read_all(int from, bool shows, struct kit_outcome *outcome)
{
    static char line[LINE_BYTES];
    FILE *stream = fdopen(from, "r");
    while (stream != NULL && fgets(line, sizeof(line), stream) != NULL) {
        take_line(line, outcome);
        if (shows)
            fputs(line, stderr);
    }
    if (stream != NULL)
        fclose(stream);
}

static void judge(int status, struct kit_outcome *outcome)
{
    bool has_token = outcome->token[0] != 0;
    outcome->is_finding = !WIFEXITED(status) || WEXITSTATUS(status) != 0;
    if (has_token || !outcome->is_finding)
        return;
    if (WIFSIGNALED(status))
        snprintf(outcome->token, sizeof(outcome->token), "signal %d", WTERMSIG(status));
    else
        snprintf(outcome->token, sizeof(outcome->token), "exit %d", WEXITSTATUS(status));
}

bool kit_child_run(const struct kit_input *input, bool shows, struct kit_outcome *outcome)
{
    int ends[2];
    int status = 0;
    *outcome = (struct kit_outcome){0};
    fflush(NULL);
    if (pipe(ends) != 0)
        return false;
    pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        be_child(input, ends[1]);
    }
    close(ends[1]);
    if (child < 0) {
        close(ends[0]);
        return false;
    }
    read_all(ends[0], shows, outcome);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    judge(status, outcome);
    return true;
}
