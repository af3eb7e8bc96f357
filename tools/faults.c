/* faults.c - expool faults: the program is run once for each allocation stack (or call number, or
 * seed), which fails in that run; what becomes of it is a row of a table. */
#include "tools/faults.h"

#include "tools/faults_state.h"
#include "tools/verb.h"
#include "tools/verb_line.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    RATE_MAX = 10000,
    RUNS_DEFAULT = 10,
    RUNS_MAX = 1000000,
    JOBS_MAX = 256,
    PATH_BYTES = 512,
    SLOWER_MAX = 20, /* a run hangs when it takes so many times the first one's time */
};
static const double timeout_least_s = 10;

enum faults_mode { MODE_SYSTEMATIC, MODE_NTH, MODE_RATE };

struct faults {
    struct faults_sweep sweep;
    enum faults_mode mode;
    bool is_chosen;
    unsigned long first; /* of --nth */
    unsigned long last;
    unsigned long rate;
    unsigned long runs;
    unsigned long limit; /* 0: none */
};

enum {
    KEY_SYSTEMATIC = 0x100,
    KEY_NTH,
    KEY_RATE,
    KEY_RUNS,
    KEY_TIMEOUT,
    KEY_SEED,
    KEY_INPUT,
    KEY_LIMIT,
    KEY_OPTIONS
};

static const struct argp_option rows[] = {
    {"systematic", KEY_SYSTEMATIC, NULL, 0, "each allocation stack fails once (default)", 0},
    {"nth", KEY_NTH, "N[-M]", 0, "call number N fails, each number to M in a run of its own", 0},
    {"rate", KEY_RATE, "R", 0, "R of 10000 calls fail by chance, a seed a run", 0},
    {"runs", KEY_RUNS, "N", 0, "how many seeds (default: 10)", 0},
    {"jobs", 'j', "N", 0, "runs at once (default: one a processor)", 0},
    {"timeout", KEY_TIMEOUT, "SECONDS", 0,
     "when a run hangs (default: 20 times the run without a failure, 10 s at least)", 0},
    {"limit", KEY_LIMIT, "N", 0, "no more than N runs", 0},
    {"seed", KEY_SEED, "N", 0, "fixes fill patterns; of --rate the first seed (default: 1)", 0},
    {"stdin", KEY_INPUT, "FILE", 0, "standard input of each run (default: /dev/null)", 0},
    {"options", KEY_OPTIONS, "KEY=VALUE:...", 0, "further words for EXPOOL_OPTIONS", 0},
    {0},
};

static unsigned long number(const char *option, const char *text, unsigned long least,
                            unsigned long most)
{
    char *end;
    errno = 0;
    unsigned long value = strtoul(text, &end, 0);
    if (errno != 0 || !isdigit((unsigned char)text[0]) || end == text || *end != 0 ||
        value < least || value > most)
        die(EXIT_TROUBLE, "--%s: '%s' is no number from %lu to %lu", option, text, least, most);
    return value;
}

static void take_mode(struct faults *faults, enum faults_mode mode)
{
    if (faults->is_chosen && faults->mode != mode)
        die(EXIT_TROUBLE, "--systematic, --nth and --rate: one of the three");
    faults->mode = mode;
    faults->is_chosen = true;
}

static void take_nth(struct faults *faults, const char *text)
{
    char first[32];
    size_t length = strcspn(text, "-");
    (void)snprintf(first, sizeof first, "%.*s", (int)length, text);
    take_mode(faults, MODE_NTH);
    faults->first = faults->last = number("nth", first, 1, ULONG_MAX - RUNS_MAX);
    if (text[length] == '-')
        faults->last =
            number("nth", text + length + 1, faults->first, faults->first + RUNS_MAX - 1);
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct faults *faults = state->input;
    struct faults_sweep *sweep = &faults->sweep;
    switch (key) {
    case KEY_SYSTEMATIC: take_mode(faults, MODE_SYSTEMATIC); break;
    case KEY_NTH: take_nth(faults, argument); break;
    case KEY_RATE:
        take_mode(faults, MODE_RATE);
        faults->rate = number("rate", argument, 1, RATE_MAX);
        break;
    case KEY_RUNS: faults->runs = number("runs", argument, 1, RUNS_MAX); break;
    case 'j': sweep->jobs = (unsigned)number("jobs", argument, 1, JOBS_MAX); break;
    case KEY_TIMEOUT: sweep->timeout_s = (double)number("timeout", argument, 1, 1000000); break;
    case KEY_LIMIT: faults->limit = number("limit", argument, 1, ULONG_MAX); break;
    case KEY_SEED: sweep->seed = number("seed", argument, 1, ULONG_MAX); break;
    case KEY_INPUT: sweep->input = argument; break;
    case KEY_OPTIONS: sweep->options = argument; break;
    default: return ARGP_ERR_UNKNOWN;
    }
    return 0;
}

static void allocate_points(struct faults *faults, size_t count)
{
    struct faults_sweep *sweep = &faults->sweep;
    if (faults->limit != 0 && count > faults->limit) {
        say("%zu runs would be needed, %lu are made (--limit)", count, faults->limit);
        count = faults->limit;
    }
    sweep->count = count;
    sweep->points = calloc(count + 1, sizeof sweep->points[0]);
    if (sweep->points == NULL)
        die(EXIT_TROUBLE, "no memory for %zu runs", count);
}

static void plan_stacks(struct faults *faults, const struct faults_state *state)
{
    struct faults_sweep *sweep = &faults->sweep;
    allocate_points(faults, state->count);
    for (size_t i = 0; i < sweep->count; i++) {
        struct faults_point *point = &sweep->points[i];
        point->frames = strdup(state->stacks[i].frames);
        (void)snprintf(point->name, sizeof point->name, "%08x", state->stacks[i].id);
        (void)snprintf(point->words, sizeof point->words, "systematic;only=%08x",
                       state->stacks[i].id);
    }
}

static void plan_numbers(struct faults *faults)
{
    struct faults_sweep *sweep = &faults->sweep;
    bool is_rate = faults->mode == MODE_RATE;
    allocate_points(faults, is_rate ? faults->runs : faults->last - faults->first + 1);
    for (size_t i = 0; i < sweep->count; i++) {
        struct faults_point *point = &sweep->points[i];
        if (is_rate) {
            point->seed = sweep->seed + i;
            (void)snprintf(point->name, sizeof point->name, "seed %llu",
                           (unsigned long long)point->seed);
            (void)snprintf(point->words, sizeof point->words, "rate=%lu", faults->rate);
        } else {
            (void)snprintf(point->name, sizeof point->name, "nth %lu",
                           (unsigned long)(faults->first + i));
            (void)snprintf(point->words, sizeof point->words, "nth=%lu",
                           (unsigned long)(faults->first + i));
        }
    }
}

static void nothing(const struct faults_sweep *sweep, const struct faults_point *point)
{
    (void)sweep;
    (void)point;
}

/* False, and one line: the program is in trouble, or nothing is there to fail. */
static bool run_without_failure(struct faults_sweep *sweep, struct faults_state *state)
{
    char path[PATH_BYTES];
    struct faults_point *base = &sweep->base;
    (void)snprintf(base->name, sizeof base->name, "base");
    (void)snprintf(base->words, sizeof base->words, "record");
    if (!faults_run(sweep, base, 1, nothing))
        return false;
    faults_state_path(sweep, base, path, sizeof path);
    if (!faults_state_read(path, state)) {
        say("%s: %s", path, strerror(errno));
        return false;
    }
    if (base->outcome != OUTCOME_SURVIVED && base->outcome != OUTCOME_LEAKED) {
        say("without any failure the program %s already%s%s",
            base->outcome == OUTCOME_BUG_CHECK ? "ends in a bug check"
                                               : faults_outcome_name(base->outcome),
            base->summary[0] == 0 ? "" : ": ", base->summary);
        return false;
    }
    if (state->count == 0 && base->refusal[0] != 0)
        say("it does not start (exit %d): %s", base->exit_code, base->refusal);
    else if (state->count == 0)
        say("no allocation was seen (exit %d): a static program, or one that dropped the preload "
            "library? expool doctor -- PROGRAM says more",
            base->exit_code);
    return state->count > 0;
}

static int sweep_all(struct faults *faults, struct faults_state *state)
{
    struct faults_sweep *sweep = &faults->sweep;
    if (!run_without_failure(sweep, state))
        return EXIT_TROUBLE;
    if (sweep->timeout_s <= 0) {
        sweep->timeout_s = SLOWER_MAX * sweep->base.seconds;
        if (sweep->timeout_s < timeout_least_s)
            sweep->timeout_s = timeout_least_s;
    }
    if (faults->mode == MODE_SYSTEMATIC)
        plan_stacks(faults, state);
    else
        plan_numbers(faults);
    faults_print_head(sweep);
    if (!faults_run(sweep, sweep->points, sweep->count, faults_print_row)) {
        say("interrupted");
        return EXIT_TROUBLE;
    }
    faults_print_end(sweep);
    if (sweep->common.wants_json)
        faults_print_json(sweep, common_open_output(&sweep->common, EXIT_TROUBLE));
    for (size_t i = 0; i < sweep->count; i++)
        if (sweep->points[i].outcome != OUTCOME_SURVIVED &&
            sweep->points[i].outcome != OUTCOME_NOT_MET)
            return EXIT_FOUND;
    return EXIT_NOTHING;
}

static void find_program(struct faults_sweep *sweep)
{
    if (program_find(sweep->command[0], &sweep->program) != 0)
        exit(EXIT_TROUBLE);
    const char *refusal = program_refusal(&sweep->program);
    if (refusal != NULL)
        die(EXIT_TROUBLE, "'%s' %s", sweep->command[0], refusal);
}

static bool is_readable_file(const char *path)
{
    struct stat file;
    if (stat(path, &file) != 0)
        return false;
    errno = EISDIR;
    return !S_ISDIR(file.st_mode) && access(path, R_OK) == 0;
}

int verb_faults(int argc, char **argv)
{
    static const struct argp argp = {
        rows,
        parse,
        "[--] PROGRAM [ARGUMENT...]",
        "Which of its failing allocations does a program survive? It is run once for each "
        "allocation stack; in that run the first allocation from there fails.\v"
        "Examples:\n"
        "  expool faults -- ./app input\n"
        "  expool faults --nth 1-200 -- ./app\n"
        "  expool faults --rate 600 --runs 50 --jobs 4 -- ./app\n\n"
        "Exit:\n"
        "  0   all survived\n"
        "  1   some did not\n"
        "  2   trouble",
        NULL,
        NULL,
        NULL};
    static struct faults faults;
    struct faults_state state = {0};
    struct faults_sweep *sweep = &faults.sweep;
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    *sweep = (struct faults_sweep){.input = "/dev/null", .options = "", .seed = 1};
    sweep->jobs = processors > 0 && processors < JOBS_MAX ? (unsigned)processors : 1;
    faults.runs = RUNS_DEFAULT;
    const struct verb_line line = {
        &argp,          &faults,      COMMON_QUIET | COMMON_VERBOSE | COMMON_OUTPUT | COMMON_JSON,
        &sweep->common, EXIT_TROUBLE, true};
    int next = verb_line_parse(&line, argc, argv);
    if (next >= argc)
        die(EXIT_TROUBLE, "which program? expool faults -- PROGRAM");
    if (!is_readable_file(sweep->input))
        die(EXIT_TROUBLE, "--stdin %s: %s", sweep->input, strerror(errno));
    sweep->command = argv + next;
    find_program(sweep);
    faults_open(sweep);
    int status = sweep_all(&faults, &state);
    faults_close(sweep);
    faults_state_free(&state);
    for (size_t i = 0; i < sweep->count; i++)
        free(sweep->points[i].frames);
    free(sweep->points);
    return status;
}
