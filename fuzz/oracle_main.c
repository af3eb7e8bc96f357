/* oracle_main.c - does the harness find the faults of fuzz/seeded/? Runs each several times, prints
 * a table and writes oracle.json. Exit: 0 all found as often as their tier asks and none triggered
 * without being seen; 1 not so; 2 trouble. */
#include "bench/words.h"
#include "fuzz/oracle_result.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { EXIT_NOT_ENOUGH = 1, EXIT_TROUBLE = 2, TRIALS = 5, JOBS_MAX = 256, PATH_BYTES = 384 };
enum { MINUTE = 60, TIERS = 3, SECONDS_MAX = 600 };

struct wishes {
    char tiers[TIERS + 1];
    const char *fault;
    bool lists;
};

static void usage(FILE *to)
{
    fprintf(to,
            "usage: ./build.sh oracle [--trials K] [--tier A|B|C] [--fault NAME] [--jobs N]\n"
            "                         [--seconds S] [--empty] [--control] [--list]\n"
            "  --trials K   of each fault, with the seeds 1 to K (5)\n"
            "  --tier T     only faults of these tiers: A, or AB; all without it\n"
            "  --fault NAME only this one\n"
            "  --jobs N     trials at a time, a processor each (as many as there are)\n"
            "  --seconds S  of an idle processor at most, whatever the tier allows (10, 60, 600)\n"
            "  --empty      from an empty corpus, too\n"
            "  --control    random programs without feedback, too\n"
            "  --list       name the faults and end\n"
            "Table on stdout, everything in build/oracle/oracle.json. Exit: 0 all found, 1 not, 2 "
            "trouble.\n");
}

static _Noreturn void refuse(const char *option, const char *takes, const char *value)
{
    fprintf(stderr, "oracle: %s takes %s, not '%s'\n", option, takes, value != NULL ? value : "");
    exit(EXIT_TROUBLE);
}

static unsigned number(const char *option, const char *value, unsigned most)
{
    char takes[PATH_BYTES];
    char *end = NULL;
    unsigned long parsed = value != NULL ? strtoul(value, &end, 10) : 0;
    snprintf(takes, sizeof takes, "a number from 1 to %u", most);
    if (value == NULL || *value < '0' || *value > '9' || *end != 0 || parsed == 0 || parsed > most)
        refuse(option, takes, value);
    return (unsigned)parsed;
}

static void take_tiers(const char *value, char *tiers)
{
    if (value == NULL || *value == 0 || strlen(value) > TIERS ||
        strspn(value, "ABC") != strlen(value))
        refuse("--tier", "A, B, C or some of them, as AB", value);
    snprintf(tiers, TIERS + 1, "%s", value);
}

static void refuse_option(const char *option)
{
    static const char *const known[] = {"--trials", "--tier",    "--fault", "--jobs", "--seconds",
                                        "--empty",  "--control", "--list",  "--help"};
    fprintf(stderr, "oracle: no option '%s'; the nearest is '%s'\n", option,
            word_nearest(option, known, sizeof known / sizeof known[0]));
    exit(EXIT_TROUBLE);
}

/* An option that takes no value; false: it is none of these. */
static bool take_flag(const char *option, struct oracle_plan *plan, struct wishes *wishes)
{
    if (strcmp(option, "--help") == 0 || strcmp(option, "-h") == 0) {
        usage(stdout);
        exit(EXIT_SUCCESS);
    }
    bool is_empty = strcmp(option, "--empty") == 0;
    bool is_control = strcmp(option, "--control") == 0;
    bool is_list = strcmp(option, "--list") == 0;
    plan->wants[ORACLE_EMPTY] |= is_empty;
    plan->wants[ORACLE_CONTROL] |= is_control;
    wishes->lists |= is_list;
    return is_empty || is_control || is_list;
}

static void read_arguments(char **arguments, struct oracle_plan *plan, struct wishes *wishes)
{
    for (; *arguments != NULL; arguments++) {
        const char *option = *arguments;
        const char *value = arguments[1];
        if (take_flag(option, plan, wishes))
            continue;
        if (strcmp(option, "--trials") == 0)
            plan->trials = number(option, value, ORACLE_TRIALS_MAX);
        else if (strcmp(option, "--jobs") == 0)
            plan->jobs = number(option, value, JOBS_MAX);
        else if (strcmp(option, "--seconds") == 0)
            plan->seconds_most = number(option, value, SECONDS_MAX);
        else if (strcmp(option, "--tier") == 0)
            take_tiers(value, wishes->tiers);
        else if (strcmp(option, "--fault") == 0)
            wishes->fault = value != NULL ? value : "?";
        else
            refuse_option(option);
        arguments += value != NULL;
    }
}

static void list(const struct oracle_faults *faults)
{
    for (unsigned i = 0; i < faults->count; i++)
        printf("%c %-26s %-16s %-28s %s\n", faults->fault[i].tier, faults->fault[i].name,
               faults->fault[i].target, faults->fault[i].file, faults->fault[i].what);
}

static bool choose(struct oracle_faults *faults, const struct wishes *wishes)
{
    static struct oracle_faults all;
    all = *faults;
    if (wishes->fault[0] != 0 && oracle_faults_choose(faults, "", wishes->fault) == 0) {
        fprintf(stderr, "oracle: no fault '%s'; the nearest is '%s'\n", wishes->fault,
                oracle_faults_nearest(&all, wishes->fault));
        return false;
    }
    if (oracle_faults_choose(faults, wishes->tiers, wishes->fault) > 0)
        return true;
    fprintf(stderr, "oracle: no fault of tier %s%s%s\n", wishes->tiers,
            wishes->fault[0] != 0 ? " is called " : "", wishes->fault);
    return false;
}

static bool has_programs(const struct oracle_plan *plan, const struct oracle_fault *fault)
{
    for (unsigned side = 0; side < ORACLE_SIDES; side++) {
        char path[PATH_BYTES];
        snprintf(path, sizeof path, "%s/%s",
                 side == ORACLE_CONTROL ? plan->controls : plan->fuzzers, fault->name);
        if (!plan->wants[side] || access(path, X_OK) == 0)
            continue;
        fprintf(stderr, "oracle: %s: %s (./build.sh oracle builds it)\n", path, strerror(errno));
        return false;
    }
    return true;
}

/* Every program is there, and its budget known, before the first trial begins. */
static bool is_ready(const struct oracle_plan *plan)
{
    for (unsigned i = 0; i < plan->faults->count; i++) {
        const struct oracle_fault *fault = &plan->faults->fault[i];
        if (!has_programs(plan, fault))
            return false;
        if (oracle_budget(plan, fault, ORACLE_SEEDS) != 0)
            continue;
        fprintf(stderr, "oracle: %s: no rate of target '%s' in fuzz/oracle_board.c\n", fault->name,
                fault->target);
        return false;
    }
    return true;
}

static void announce(const struct oracle_plan *plan)
{
    double minutes = oracle_plan_seconds(plan) / MINUTE / plan->jobs;
    fprintf(stderr,
            "oracle: %u faults, %u trials each%s%s%s, %u at a time; most end within seconds; at "
            "most %.0f min of an idle machine\n",
            plan->faults->count, plan->trials, plan->wants[ORACLE_SEEDS] ? " from the seeds" : "",
            plan->wants[ORACLE_EMPTY] ? " and from nothing" : "",
            plan->wants[ORACLE_CONTROL] ? " and of the control" : "", plan->jobs, minutes + 1);
}

static int run(const struct oracle_plan *plan, const char *json_path)
{
    static struct oracle_result results[ORACLE_FAULTS_MAX];
    if (!is_ready(plan))
        return EXIT_TROUBLE;
    announce(plan);
    const struct oracle_trial *board = oracle_board_run(plan);
    if (board == NULL)
        return EXIT_TROUBLE;
    for (unsigned i = 0; i < plan->faults->count; i++)
        results[i] = oracle_result_of(plan, board, i);
    bool is_good = oracle_table(plan, results);
    if (!oracle_json_write(plan, board, results, json_path))
        return EXIT_TROUBLE;
    printf("%s\n", json_path);
    return is_good ? EXIT_SUCCESS : EXIT_NOT_ENOUGH;
}

/* The folders are fuzz/oracle.sh's to give: PATCHES FUZZERS CONTROLS WORK [option...] */
int main(int count, char **arguments)
{
    static struct oracle_faults faults;
    static char json_path[PATH_BYTES];
    struct wishes wishes = {.fault = ""};
    struct oracle_plan plan = {.faults = &faults, .trials = TRIALS};
    if (count < 5) {
        usage(stderr);
        return EXIT_TROUBLE;
    }
    plan.jobs = (unsigned)sysconf(_SC_NPROCESSORS_ONLN);
    plan.wants[ORACLE_SEEDS] = true;
    read_arguments(arguments + 5, &plan, &wishes);
    plan.fuzzers = arguments[2];
    plan.controls = arguments[3];
    plan.work = arguments[4];
    snprintf(json_path, sizeof json_path, "%s/oracle.json", plan.work);
    if (!oracle_faults_read(&faults, arguments[1]) || !choose(&faults, &wishes))
        return EXIT_TROUBLE;
    if (wishes.lists) {
        list(&faults);
        return EXIT_SUCCESS;
    }
    return run(&plan, json_path);
}
