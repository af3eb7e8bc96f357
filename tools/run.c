/* run.c - expool run [OPTION...] [--] PROGRAM [ARGUMENT...]: any dynamically linked program under
 * the verifier. */
#include "tools/common.h"
#include "tools/option_rows.h"
#include "tools/run_child.h"
#include "tools/run_environment.h"
#include "tools/run_file.h"
#include "tools/run_report.h"
#include "tools/settings.h"
#include "tools/verb.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    OPTION_ALLOW_IDLE = 0x100,
    OPTION_LIST,
    OPTION_REPORT,
    OPTION_FIRST_KEY = 0x10000,
    OWN_MAX = 8,
    OPTIONS_BYTES = 8192,
    ROOM = 65536,           /* processes; a page each once it is used */
    COVERAGE_WARNING = 950, /* permille: where Windows' counters view warns */
    PERMILLE = 1000,
    EXIT_BUGCHECK = 196,
    EXIT_LEAKS = 98,
};

struct run {
    struct common common;
    bool allows_idle;
    bool is_both;
    char options[OPTIONS_BYTES]; /* of the command line */
    char **argv;                 /* the program's */
    struct program program;
    struct run_report report;
};

/* What one run came to. */
struct outcome {
    int status; /* of wait */
    struct run_sum sum;
};

static const char documentation[] =
    "Runs a dynamically linked program under the verifier; nothing is recompiled. It ends as the "
    "program ends; a report and exit 134 (SIGABRT) say that a rule was broken.\v"
    "Examples:\n"
    "  expool run -- ./server --port 80\n"
    "  expool run --verify=exact --seed=42 -- ./driver poc.bin\n"
    "  expool run --leaks=at_exit -- make check\n"
    "  expool run --report=sarif,github -o findings.sarif -- ./tests\n\n"
    "--KEY=VALUE is any option of EXPOOL_OPTIONS (--options lists them). The command line wins "
    "over "
    "EXPOOL_OPTIONS, that over the program's own, those over the settings of `verifier`.\n\n"
    "--verify=both runs the program twice: with blocks flush against the guard behind them (or, "
    "where a program needs aligned blocks, at the page's end), then against the one in front. Both "
    "runs get the same input: a file is read again "
    "from where it stood, a pipe is read "
    "to its end first; from a terminal each run reads for itself.\n\n"
    "Exit: the program's own; 134 (SIGABRT) or 196 after a bug check, 98 only leaks; 121 nothing "
    "was "
    "checked; 125 expool failed or refused; 126 cannot execute; 127 not found.";

static void print_options(void)
{
    for (unsigned i = 0; i < option_row_count; i++)
        (void)printf("  --%s=%s\n        %s\n", option_rows[i].key, option_rows[i].values,
                     option_rows[i].help);
}

static void take_key(struct run *run, unsigned row, const char *value)
{
    const char *key = option_rows[row].key;
    if (strcmp(key, "verify") == 0) {
        run->is_both = strcmp(value, "both") == 0;
        if (run->is_both)
            return;
    }
    if (!options_append(run->options, sizeof run->options, key, value))
        die(EXIT_RUN_FAILED, "--%s=%s: too long, or with both kinds of quotes", key, value);
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct run *run = state->input;
    if (key >= OPTION_FIRST_KEY && key < OPTION_FIRST_KEY + (int)option_row_count) {
        take_key(run, (unsigned)(key - OPTION_FIRST_KEY), argument);
        return 0;
    }
    switch (key) {
    case OPTION_ALLOW_IDLE: run->allows_idle = true; return 0;
    case OPTION_LIST: print_options(); exit(EXIT_SUCCESS);
    case OPTION_REPORT: run->report.formats = argument; return 0;
    default: return ARGP_ERR_UNKNOWN;
    }
}

/* Options that the tool has itself, with a meaning that includes the library's. */
static bool is_taken(const char *key)
{
    return strcmp(key, "help") == 0 || strcmp(key, "verbose") == 0 || strcmp(key, "color") == 0;
}

/* As GNU programs spell it: --on-bugcheck. */
static char *with_dashes(const char *key)
{
    char *spelled = strdup(key);
    if (spelled == NULL)
        die(EXIT_RUN_FAILED, "%s", strerror(errno));
    for (char *letter = spelled; *letter != 0; letter++)
        if (*letter == '_')
            *letter = '-';
    return spelled;
}

/* Our own, then every key of options.def, not shown. */
static struct argp_option *make_options(void)
{
    static const struct argp_option own[] = {
        {"allow-idle", OPTION_ALLOW_IDLE, NULL, 0,
         "Exit as the program did when nothing was checked", 1},
        {"report", OPTION_REPORT, "FORMATS", 0,
         "Write the findings as json, sarif, junit or github as well; several: json,sarif", 1},
        {"options", OPTION_LIST, NULL, 0, "List the options --KEY=VALUE", 1},
    };
    unsigned own_count = sizeof own / sizeof own[0];
    struct argp_option *all = calloc(own_count + (size_t)2 * option_row_count + 1, sizeof *all);
    if (all == NULL)
        die(EXIT_RUN_FAILED, "%s", strerror(errno));
    memcpy(all, own, sizeof own);
    unsigned count = own_count;
    for (unsigned i = 0; i < option_row_count; i++) {
        const char *key = option_rows[i].key;
        if (is_taken(key))
            continue;
        all[count++] =
            (struct argp_option){key, OPTION_FIRST_KEY + (int)i, "VALUE", OPTION_HIDDEN, NULL, 1};
        if (strchr(key, '_') != NULL)
            all[count++] = (struct argp_option){
                with_dashes(key), 0, NULL, OPTION_ALIAS | OPTION_HIDDEN, NULL, 1};
    }
    return all;
}

static void read_line(struct run *run, int argc, char **argv)
{
    const struct argp argp = {
        make_options(), parse, "[--] PROGRAM [ARGUMENT...]", documentation, NULL, NULL, NULL};
    const struct verb_line line = {&argp,
                                   run,
                                   COMMON_QUIET | COMMON_VERBOSE | COMMON_COLOR | COMMON_OUTPUT,
                                   &run->common,
                                   EXIT_RUN_FAILED,
                                   true};
    int next = verb_line_parse(&line, argc, argv);
    if (next >= argc)
        die(EXIT_RUN_FAILED, "which program? expool run -- ./program");
    run->argv = argv + next;
    run->report.output = run->common.output;
    run->report.is_forced = run->common.is_forced;
    if (run->report.output != NULL && run->report.formats == NULL)
        die(EXIT_RUN_FAILED, "-o wants --report=FORMATS");
    if (run->common.color != COLOR_AUTO)
        (void)options_append(run->options, sizeof run->options, "color",
                             run->common.color == COLOR_ALWAYS ? "always" : "never");
    if (run->common.is_verbose)
        (void)options_append(run->options, sizeof run->options, "verbose", "1");
}

/* The program itself ended with 0: who found something, below it? */
static void name_child(unsigned pid, const char *name, uint64_t findings, uint64_t leaks)
{
    if (findings > 0)
        say("process %u (%s): %lu %s, told above; the program itself ended with 0", pid, name,
            findings, findings == 1 ? "finding" : "findings");
    else
        say("process %u (%s): %lu %s leaked, told above; the program itself ended with 0", pid,
            name, leaks, leaks == 1 ? "block" : "blocks");
}

/* One run, with its own counts. */
static struct outcome run_once(const struct run *run, const char *verify)
{
    struct outcome outcome;
    struct run_file file;
    char options[OPTIONS_BYTES + 64];
    (void)snprintf(options, sizeof options, "%s%s%s", run->options,
                   verify == NULL ? "" : ":verify=", verify == NULL ? "" : verify);
    if (!run_file_make(&file, ROOM) || !run_environment_set(&run->program, options))
        exit(EXIT_RUN_FAILED);
    outcome.status = run_child(run->program.path, run->argv, environ);
    settings_after_run(WIFSIGNALED(outcome.status) ||
                           WEXITSTATUS(outcome.status) < EXIT_RUN_FAILED ||
                           WEXITSTATUS(outcome.status) > EXIT_NOT_FOUND,
                       WIFSIGNALED(outcome.status));
    run_file_sum(&file, &outcome.sum);
    bool is_hidden = outcome.status == 0 && outcome.sum.findings + outcome.sum.leaks > 0;
    if (is_hidden) {
        run_file_each_finding(&file, name_child);
        outcome.status = W_EXITCODE(outcome.sum.findings > 0 ? EXIT_BUGCHECK : EXIT_LEAKS, 0);
    }
    run_file_close(&file);
    return outcome;
}

static void print_number(char *text, size_t capacity, uint64_t number)
{
    char digits[32];
    int length = snprintf(digits, sizeof digits, "%lu", number);
    size_t used = 0;
    for (int i = 0; i < length && used + 2 < capacity; i++) {
        if (i > 0 && (length - i) % 3 == 0)
            text[used++] = ' ';
        text[used++] = digits[i];
    }
    text[used] = 0;
}

static bool has_findings(const struct outcome *outcome)
{
    return outcome->sum.findings > 0 || outcome->sum.leaks > 0 || WIFSIGNALED(outcome->status);
}

static uint64_t permille_guarded(const struct run_sum *sum)
{
    return sum->attempted == 0 ? PERMILLE : sum->guarded * PERMILLE / sum->attempted;
}

/* "expool: 41 processes checked, 2 findings, 0 leaked blocks, special pool 99.1 % of ..." */
static void print_summary(const struct run *run, const struct outcome *outcome)
{
    const struct run_sum *sum = &outcome->sum;
    uint64_t permille = permille_guarded(sum);
    bool is_thin = sum->fallback > 0 && permille < COVERAGE_WARNING;
    char number[48];
    if (run->common.is_quiet ||
        (sum->findings + sum->leaks == 0 && !is_thin && !run->common.is_verbose))
        return;
    print_number(number, sizeof number, sum->attempted);
    (void)fprintf(stderr,
                  "expool: %u %s checked, %lu %s, %lu leaked %s, special pool %lu.%lu %% of %s "
                  "allocations%s\n",
                  sum->checked, sum->checked == 1 ? "process" : "processes", sum->findings,
                  sum->findings == 1 ? "finding" : "findings", sum->leaks,
                  sum->leaks == 1 ? "block" : "blocks", permille / 10, permille % 10, number,
                  is_thin ? ": the rest ran without guards (special_pool_mb=)" : "");
    if (sum->without_room > 0)
        (void)fprintf(stderr, "expool: %u processes more were checked, but not counted\n",
                      sum->without_room);
}

static const char *why_idle(const struct run *run, const struct run_sum *sum)
{
    if (run->program.has_expool)
        return "it never asked for pool memory (--allow-idle makes that fine)";
    if (run->program.sanitizer[0] != 0)
        return "a sanitizer serves its malloc";
    if (run->program.has_own_malloc)
        return "it brings a malloc of its own, which nothing can come before";
    if (sum->processes > 0)
        return "it never called malloc (--allow-idle makes that fine)";
    return "the preload library did not take part in it (expool doctor tells why)";
}

/* Passes the program's end on; 121 when nothing was checked. */
static _Noreturn void end(struct run *run, const struct outcome *outcome)
{
    if (!run_report_finish(&run->report))
        exit(EXIT_RUN_FAILED);
    if (outcome->sum.checked == 0 && outcome->sum.without_room == 0 && !run->allows_idle &&
        WIFEXITED(outcome->status) && WEXITSTATUS(outcome->status) < EXIT_RUN_FAILED) {
        say("nothing was checked in '%s': %s; it ended with %d", run->argv[0],
            why_idle(run, &outcome->sum), WEXITSTATUS(outcome->status));
        exit(EXIT_UNCHECKED);
    }
    end_as(outcome->status);
}

/* Standard input, so that it can be read twice: a file stays, a pipe is read to its end. Returns
 * the place to go back to; -1: each run reads for itself. */
static off_t keep_input(void)
{
    struct stat input;
    char bytes[BUFSIZ];
    ssize_t length;
    if (fstat(STDIN_FILENO, &input) != 0 || S_ISCHR(input.st_mode))
        return -1;
    if (S_ISREG(input.st_mode))
        return lseek(STDIN_FILENO, 0, SEEK_CUR);
    int kept = memfd_create("expool-input", MFD_CLOEXEC);
    while (kept >= 0 && (length = read(STDIN_FILENO, bytes, sizeof bytes)) != 0)
        if (length < 0 ? errno != EINTR : write(kept, bytes, (size_t)length) != length)
            die(EXIT_RUN_FAILED, "standard input cannot be kept for the second run: %s",
                strerror(errno));
    if (kept < 0 || dup2(kept, STDIN_FILENO) < 0)
        die(EXIT_RUN_FAILED, "standard input cannot be kept for the second run: %s",
            strerror(errno));
    close(kept);
    return 0;
}

static void print_verdict(const struct run *run, const char *verify, const struct outcome *outcome)
{
    if (run->common.is_quiet)
        return;
    bool is_signal = WIFSIGNALED(outcome->status);
    (void)fprintf(stderr, "expool: verify=%s: %lu %s, ended with %s%d\n", verify,
                  outcome->sum.findings, outcome->sum.findings == 1 ? "finding" : "findings",
                  is_signal ? "signal " : "",
                  is_signal ? WTERMSIG(outcome->status) : WEXITSTATUS(outcome->status));
}

static struct outcome run_again(const struct run *run, const char *verify, off_t place)
{
    if (place >= 0 && lseek(STDIN_FILENO, place, SEEK_SET) < 0)
        die(EXIT_RUN_FAILED, "standard input: %s", strerror(errno));
    struct outcome outcome = run_once(run, verify);
    print_summary(run, &outcome);
    return outcome;
}

/* Blocks flush against the guard are not aligned, and some programs need that they are: these die
 * without a report. */
static bool needs_alignment(const struct outcome *outcome)
{
    return WIFSIGNALED(outcome->status) && outcome->sum.findings == 0 &&
           (WTERMSIG(outcome->status) == SIGSEGV || WTERMSIG(outcome->status) == SIGBUS);
}

/* Ends as the run that found something; else as the first that did not end with 0. */
static _Noreturn void run_both(struct run *run)
{
    const char *behind = "exact";
    off_t place = keep_input();
    struct outcome first = run_again(run, behind, place);
    if (needs_alignment(&first)) {
        (void)fprintf(stderr, "expool: it needs aligned blocks and ended under verify=exact: once "
                              "more with verify=end\n");
        behind = "end";
        first = run_again(run, behind, place);
    }
    struct outcome second = run_again(run, "start", place);
    print_verdict(run, behind, &first);
    print_verdict(run, "start", &second);
    bool takes_second = !has_findings(&first) && (has_findings(&second) || first.status == 0);
    end(run, takes_second ? &second : &first);
}

int verb_run(int argc, char **argv)
{
    static struct run run;
    read_line(&run, argc, argv);
    int failed = program_find(run.argv[0], &run.program);
    if (failed != 0)
        return failed;
    const char *refusal = program_refusal(&run.program);
    if (refusal != NULL)
        die(EXIT_RUN_FAILED, "'%s' %s", run.argv[0], refusal);
    if (!run_report_start(&run.report))
        exit(EXIT_RUN_FAILED);
    if (run.is_both)
        run_both(&run);
    struct outcome outcome = run_once(&run, NULL);
    print_summary(&run, &outcome);
    end(&run, &outcome);
}
