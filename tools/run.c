/* run.c - expool run [OPTION...] [--] PROGRAM [ARGUMENT...]: any dynamically linked program under
 * the verifier. */
#include "tools/option_rows.h"
#include "tools/run_child.h"
#include "tools/run_environment.h"
#include "tools/run_file.h"
#include "tools/run_outcome.h"
#include "tools/run_report.h"
#include "tools/run_scope.h"
#include "tools/settings.h"
#include "tools/verb.h"
#include "tools/verb_line.h"

#include <ctype.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    OPTION_ALLOW_IDLE = 0x100,
    OPTION_LIST,
    OPTION_REPORT,
    OPTION_EXPECT,
    OPTION_FIRST_KEY = 0x10000,
    OWN_MAX = 8,
    OPTIONS_BYTES = 8192,
    ROOM = 65536,    /* processes; a page each once it is used */
    SIGNALLED = 128, /* as a shell tells a signal */
    EXIT_BUGCHECK = 196,
    EXIT_LEAKS = 98,
};

struct run {
    struct common common;
    bool allows_idle;
    bool is_both;
    const char *expected; /* --expect */
    struct run_scope scope;
    char options[OPTIONS_BYTES]; /* of the command line */
    char **argv;                 /* the program's */
    struct program program;
    struct run_report report;
    struct outcomes outcomes;
};

static const char documentation[] =
    "Runs a dynamically linked program under the verifier; nothing is recompiled. It ends as the "
    "program ends; a report and exit 134 (SIGABRT) say that a rule was broken.\v"
    "Examples:\n"
    "  expool run -- ./server --port 80\n"
    "  expool run --verify=exact --seed=42 -- ./driver poc.bin\n"
    "  expool run --leaks=at_exit -- make check\n"
    "  expool run --report=sarif,github -o findings.sarif -- ./tests\n"
    "  expool run --json -o run.json -- ./app\n\n"
    "--KEY=VALUE is any option of EXPOOL_OPTIONS (--options lists them). The command line wins "
    "over "
    "EXPOOL_OPTIONS, that over the program's own, those over the settings of `verifier`.\n\n"
    "--verify=both runs the program twice: with blocks flush against the guard behind them (or, "
    "where a program needs aligned blocks, at the page's end), then against the one in front. Both "
    "runs get the same input: a file is read again "
    "from where it stood, a pipe is read "
    "to its end first; from a terminal each run reads for itself.\n\n"
    "Exit: the program's own, or\n"
    "  134   a bug check: the program was ended by SIGABRT\n"
    "  196   a bug check with on_bugcheck=exit, or one in a child that went unnoticed\n"
    "  98    only leaks\n"
    "  121   nothing was checked\n"
    "  125   expool failed or refused\n"
    "  126   the program cannot be executed\n"
    "  127   the program was not found";

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
    case OPTION_EXPECT: run->expected = argument; return 0;
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

/* The values that can be given; "both" is ours. */
static char *with_ours(const struct option_row_text *row)
{
    char *values;
    if (asprintf(&values, "%s%s", row->values, strcmp(row->key, "verify") == 0 ? "|both" : "") < 0)
        die(EXIT_RUN_FAILED, "%s", strerror(errno));
    return values;
}

/* Our own, then every key of options.def, not shown. */
static struct argp_option *make_options(void)
{
    static const struct argp_option own[] = {
        {"allow-idle", OPTION_ALLOW_IDLE, NULL, 0,
         "Exit as the program did when nothing was checked", 1},
        {"expect", OPTION_EXPECT, "NAMES", 0,
         "Only programs so named count as checked: 'test_*,demo'", 1},
        {"report", OPTION_REPORT, "json|sarif|junit|github|record,...", 0,
         "Write the findings like this as well, one or several", 1},
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
        all[count++] = (struct argp_option){
            key, OPTION_FIRST_KEY + (int)i, with_ours(&option_rows[i]), OPTION_HIDDEN, NULL, 1};
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
                                   COMMON_QUIET | COMMON_VERBOSE | COMMON_COLOR | COMMON_OUTPUT |
                                       COMMON_JSON,
                                   &run->common,
                                   EXIT_RUN_FAILED,
                                   true};
    int next = verb_line_parse(&line, argc, argv);
    if (next >= argc)
        die(EXIT_RUN_FAILED, "which program? expool run -- ./program");
    run->argv = argv + next;
    run->report.output = run->common.output;
    run->report.is_forced = run->common.is_forced;
    run->report.wants_json = run->common.wants_json;
    run->outcomes.argv = run->argv;
    run->scope = run_scope_of(run->expected, run->argv);
    run->outcomes.options = run->options;
    if (run->report.output != NULL && run->report.formats == NULL && !run->report.wants_json)
        die(EXIT_RUN_FAILED, "-o wants --json or --report=FORMATS");
    if (run->report.formats != NULL && run->report.wants_json)
        die(EXIT_RUN_FAILED, "--json has the findings in it: not with --report=%s",
            run->report.formats);
    if (run->common.color != COLOR_AUTO)
        (void)options_append(run->options, sizeof run->options, "color",
                             run->common.color == COLOR_ALWAYS ? "always" : "never");
    if (run->common.is_verbose)
        (void)options_append(run->options, sizeof run->options, "verbose", "1");
}

static uint64_t clock_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* One run, with its own counts. */
static const struct outcome *run_once(struct run *run, const char *verify)
{
    struct outcome outcome = {.verify = verify};
    struct run_file file;
    char options[OPTIONS_BYTES + 64];
    (void)snprintf(options, sizeof options, "%s%s%s", run->options,
                   verify == NULL ? "" : ":verify=", verify == NULL ? "" : verify);
    if (!run_file_make(&file, ROOM) || !run_environment_set(&run->program, options))
        exit(EXIT_RUN_FAILED);
    uint64_t started_ms = clock_ms();
    outcome.status = run_child(run->program.path, run->argv, environ);
    outcome.lasted_ms = clock_ms() - started_ms;
    settings_after_run(WIFSIGNALED(outcome.status) ||
                           WEXITSTATUS(outcome.status) < EXIT_RUN_FAILED ||
                           WEXITSTATUS(outcome.status) > EXIT_NOT_FOUND,
                       WIFSIGNALED(outcome.status));
    run_scope_sum(&run->scope, &file, &outcome.sum);
    outcome.is_hidden = outcome.status == 0 && outcome.sum.findings + outcome.sum.leaks > 0;
    if (outcome.is_hidden)
        outcome.status = W_EXITCODE(outcome.sum.findings > 0 ? EXIT_BUGCHECK : EXIT_LEAKS, 0);
    outcome.tier = run_file_tier(&file);
    if (!run->common.is_quiet || outcome.is_hidden)
        outcome_name_children(&outcome, &file);
    if (run_report_is_wanted(&run->report))
        run_cases_add(&run->outcomes.cases, &file);
    run_file_close(&file);
    if (!run->common.is_quiet)
        outcome_print(&outcome, run->common.is_verbose);
    run->outcomes.list[run->outcomes.count] = outcome;
    return &run->outcomes.list[run->outcomes.count++];
}

static bool has_findings(const struct outcome *outcome)
{
    return outcome->sum.findings > 0 || outcome->sum.leaks > 0 || WIFSIGNALED(outcome->status);
}

static bool option_is_off(void)
{
    const char *value = option_in_force("verifier=");
    return strncmp(value, "off", 3) == 0 || (value[0] == '0' && !isalnum((unsigned char)value[1]));
}

/* Settings of another day (verifier /driver) may leave nothing to look at. */
static bool was_anything_checked(const struct run *run, const struct run_sum *sum)
{
    bool is_narrowed = !run->program.has_expool && option_in_force("drivers=")[0] != 0;
    return sum->without_room > 0 || (sum->counting > 0 && (!is_narrowed || sum->guarded > 0));
}

static const char *why_idle(const struct run *run, const struct run_sum *sum)
{
    if (run->program.has_expool)
        return "it never asked for pool memory (--allow-idle makes that fine)";
    if (option_is_off())
        return "its options switch the verifier off";
    if (sum->checked > 0 && run->scope.expected != NULL)
        return "no program that --expect names asked for memory";
    if (sum->checked > 0 && run->scope.is_runner && sum->counting == 0)
        return "what it ran is static, set-uid, has a malloc of its own or asked for no memory";
    if (sum->checked > 0)
        return "the images it looks at (drivers=, verifier /driver) allocated nothing";
    if (run->program.sanitizer[0] != 0)
        return "a sanitizer serves its malloc";
    if (run->program.has_own_malloc)
        return "it brings a malloc of its own, which nothing can come before";
    if (sum->processes > 0)
        return "it never called malloc (--allow-idle makes that fine)";
    return "the preload library did not take part in it (expool doctor tells why)";
}

static bool is_unchecked(const struct run *run, const struct outcome *outcome)
{
    return !was_anything_checked(run, &outcome->sum) && !run->allows_idle &&
           WIFEXITED(outcome->status) && WEXITSTATUS(outcome->status) < EXIT_RUN_FAILED;
}

/* Passes the program's end on; 121 when nothing was checked. */
static _Noreturn void end(struct run *run, const struct outcome *outcome)
{
    int status = outcome->status;
    bool is_idle = is_unchecked(run, outcome);
    run->outcomes.exit_code = is_idle               ? EXIT_UNCHECKED
                              : WIFSIGNALED(status) ? SIGNALLED + WTERMSIG(status)
                                                    : WEXITSTATUS(status);
    run->outcomes.ending = outcome;
    run->outcomes.idle = is_idle ? why_idle(run, &outcome->sum) : NULL;
    if (!run_report_finish(&run->report, &run->outcomes))
        exit(EXIT_RUN_FAILED);
    if (is_idle) {
        say("nothing was checked in '%s': %s; it ended with %d", run->argv[0], run->outcomes.idle,
            WEXITSTATUS(status));
        exit(EXIT_UNCHECKED);
    }
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS)
        say("'%s' was ended by a sandbox, which may not know the system calls that guards need: "
            "--tier=guard needs madvise only, --tier=mprotect mprotect",
            run->argv[0]);
    end_as(status);
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

static const struct outcome *run_again(struct run *run, const char *verify, off_t place)
{
    if (place >= 0 && lseek(STDIN_FILENO, place, SEEK_SET) < 0)
        die(EXIT_RUN_FAILED, "standard input: %s", strerror(errno));
    return run_once(run, verify);
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
    off_t place = keep_input();
    const struct outcome *first = run_again(run, "exact", place);
    if (needs_alignment(first)) {
        (void)fprintf(stderr, "expool: it needs aligned blocks and ended under verify=exact: once "
                              "more with verify=end\n");
        first = run_again(run, "end", place);
    }
    const struct outcome *second = run_again(run, "start", place);
    if (!run->common.is_quiet) {
        outcome_print_verdict(first);
        outcome_print_verdict(second);
    }
    bool takes_second = !has_findings(first) && (has_findings(second) || first->status == 0);
    end(run, takes_second ? second : first);
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
    end(&run, run_once(&run, NULL));
}
