/* verifier.c - verifier.exe's command line: settings for the next run, or for running processes
 * at once. Exit codes are verifier.exe's: 0 done, 1 error, 2 done, in force from the next start. */
#include "tools/processes.h"
#include "tools/run_environment.h"
#include "tools/settings.h"
#include "tools/verb.h"
#include "tools/verb_line.h"
#include "tools/verifier_flags.h"
#include "tools/verifier_line.h"
#include "tools/verifier_query.h"
#include "tools/verifier_stacks.h"
#include "tools/verifier_walk.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { EXIT_DONE = 0, EXIT_NEXT_START = 2, ASK_BYTES = 512 };

static const struct argp_option options[] = {
#define OPTION(name, arguments, take, group, help)                                                 \
    {"/" #name arguments, 0, NULL, OPTION_DOC, help, group},
#define ALIAS(name, arguments, take, group)                                                        \
    {"/" #name arguments, 0, NULL, OPTION_DOC | OPTION_ALIAS, NULL, group},
#define HIDDEN(name, take)
#define REFUSED(name, why)
#include "tools/verifier_options.def"
#undef OPTION
#undef ALIAS
#undef HIDDEN
#undef REFUSED
    {0}};

static const char documentation[] =
    "Driver Verifier's settings, for programs that `expool run` starts from now on, or with a PID "
    "(or /volatile) for a running one at once. A driver is a program or a shared library. "
    "`verifier` and `expool verifier` are the same, and so are /x and -x.\v"
    "Examples:\n"
    "  verifier /standard                   the standard rules\n"
    "  verifier /flags 0x9 /driver a.so     other rules; only what a.so allocates\n"
    "  verifier /query                      counters of all running verified processes\n"
    "  verifier /volatile /flags 0xb 4121   other rules in process 4121, now\n\n"
    "Without a PID, what acts at once acts on the only verified process. Behind /faults a PID "
    "would be taken for tags: put it first.\n\n"
    "Exit:\n"
    "  0   done\n"
    "  1   error\n"
    "  2   done, in force from the next start";

static int print_help(char *name)
{
    static const struct argp argp = {options, NULL, "[PID]", documentation, NULL, NULL, NULL};
    struct common common = {0};
    const struct verb_line line = {&argp, NULL, COMMON_JSON, &common, EXIT_ERROR, false};
    char word[] = "--help";
    char *words[] = {name, word, NULL};
    (void)verb_line_parse(&line, 2, words);
    return EXIT_DONE;
}

/* The process that a command is for; dies when there is none, or more than one to choose from. */
static void choose_process(pid_t pid, struct process *chosen)
{
    if (pid != 0) {
        if (process_open(pid, chosen))
            return;
        die(EXIT_ERROR, "process %d: %s", pid,
            errno == ENOENT ? "it is not verified (expool run -- program)" : strerror(errno));
    }
    struct process *list;
    size_t count = processes_list(&list);
    if (count == 0)
        die(EXIT_ERROR, "no verified process is running (expool run -- program)");
    if (count > 1)
        die(EXIT_ERROR, "%zu verified processes are running, from %d (%s) to %d (%s): name one",
            count, list[0].pid, list[0].control->name, list[count - 1].pid,
            list[count - 1].control->name);
    *chosen = list[0];
    free(list);
}

static int report_reply(const struct process *process, enum process_reply reply)
{
    const char *name = process->control->name;
    switch (reply) {
    case REPLY_DONE: return EXIT_DONE;
    case REPLY_LATER:
        (void)printf("process %d (%s) has not called the pool since: it acts at its next call\n",
                     process->pid, name);
        return EXIT_DONE;
    case REPLY_REFUSED:
        say("process %d (%s): %s", process->pid, name, process->control->answer_text);
        return EXIT_ERROR;
    case REPLY_BUSY: break;
    }
    say("process %d (%s): it has not acted on an earlier request yet", process->pid, name);
    return EXIT_ERROR;
}

static int ask(struct process *process, uint32_t what, uint32_t rules, const char *text)
{
    return report_reply(process, process_ask(process, what, rules, text));
}

/* low_resources='words' */
static const char *low_resources(const char *words)
{
    static char text[ASK_BYTES];
    text[0] = 0;
    if (!options_append(text, sizeof text, "low_resources", words))
        die(EXIT_ERROR, "low_resources=%s is too long", words);
    return text;
}

/* Several options on one line are one after the other. */
static int set_running(const struct verifier_line *line)
{
    struct process process;
    int status = EXIT_DONE;
    choose_process(line->pid, &process);
    if (line->added[0] != 0)
        status = ask(&process, EXPOOL_ASK_ADD_DRIVER, 0, line->added);
    if (status == EXIT_DONE && line->removed[0] != 0)
        status = ask(&process, EXPOOL_ASK_REMOVE_DRIVER, 0, line->removed);
    if (status == EXIT_DONE && line->drivers[0] != 0)
        status = ask(&process, EXPOOL_ASK_ADD_DRIVER, 0, line->drivers);
    if (status == EXIT_DONE && line->has_flags)
        status = ask(&process, EXPOOL_ASK_RULES, line->flags, NULL);
    if (status == EXIT_DONE && line->has_faults)
        status = ask(&process, EXPOOL_ASK_OPTIONS, 0, low_resources(line->faults));
    if (status == EXIT_DONE && line->has_boot_mode)
        die(EXIT_ERROR, "/bootmode is for the next run, not for a running process");
    process_close(&process);
    return status;
}

static void print_settings(const struct settings *settings, FILE *file)
{
    static const char *const modes[] = {"Persistent", "ResetOnBootFail", "OneBoot",
                                        "ResetOnUnusualShutdown"};
    char names[SETTINGS_TEXT_BYTES];
    verifier_flags_print(settings->flags, file);
    (void)fprintf(file, "\nBoot Mode:\n\n  %s\n", modes[settings->boot_mode]);
    if (settings->boots != 0)
        (void)fprintf(file, "\nBoot Count:\n\n  %u\n", settings->boots);
    if (settings->low_resources[0] != 0)
        (void)fprintf(file, "\nLow Resources Simulation:\n\n  %s\n", settings->low_resources);
    (void)fprintf(file, "\nRules:\n\n  All rules are using default settings\n"
                        "\nExtensions:\n\n  wdm: rules.default\n"
                        "\nVerified Drivers:\n\n");
    (void)snprintf(names, sizeof names, "%s", settings->drivers);
    char *rest = NULL;
    char *name = strtok_r(names, " ", &rest);
    if (name == NULL)
        (void)fprintf(file, settings->flags == 0 ? "  None\n" : "  All\n");
    for (; name != NULL; name = strtok_r(NULL, " ", &rest))
        (void)fprintf(file, "  %s\n", name);
}

static int store(const struct settings *settings)
{
    if (!settings_write(settings))
        return EXIT_ERROR;
    (void)printf("New verifier settings:\n");
    print_settings(settings, stdout);
    (void)printf("\nThey hold for programs that expool run starts from now on (%s).\n",
                 config_path());
    return EXIT_NEXT_START;
}

static int set_stored(const struct verifier_line *line)
{
    struct settings settings;
    if (!settings_read(&settings))
        return EXIT_ERROR;
    if (line->has_flags)
        settings.flags = line->flags;
    if (line->has_faults) {
        settings.flags = (settings.flags | VERIFIER_FLAG_RANDOMIZED) & ~VERIFIER_FLAG_SYSTEMATIC;
        memcpy(settings.low_resources, line->faults, sizeof settings.low_resources);
    } else if (line->has_flags &&
               (line->flags & (VERIFIER_FLAG_RANDOMIZED | VERIFIER_FLAG_SYSTEMATIC)) == 0) {
        settings.low_resources[0] = 0;
    }
    if (line->is_all)
        settings.drivers[0] = 0;
    if (line->has_drivers)
        memcpy(settings.drivers, line->drivers, sizeof settings.drivers);
    if (line->has_boot_mode) {
        settings.boot_mode = line->boot_mode;
        settings.boots = line->boots;
    }
    return store(&settings);
}

static int reset_stored(void)
{
    struct settings old;
    struct settings none = {0};
    if (!settings_read(&old))
        return EXIT_ERROR;
    if (memcmp(&old, &none, sizeof old) == 0) {
        (void)printf("No settings were changed.\n");
        return EXIT_DONE;
    }
    return store(&none);
}

/* Drivers' rows are written when asked; an idle process shows those of its last call. */
static size_t look_at(pid_t pid, struct process **list)
{
    static struct process one;
    if (pid == 0)
        return processes_list(list);
    choose_process(pid, &one);
    *list = &one;
    return 1;
}

static int query(pid_t pid, bool wants_json, FILE *file)
{
    struct process *list;
    size_t count = look_at(pid, &list);
    for (size_t i = 0; i < count; i++)
        (void)process_ask(&list[i], EXPOOL_ASK_TELL, 0, NULL);
    if (wants_json)
        verifier_query_json(list, count, file);
    else if (count == 0)
        (void)fprintf(file, "No drivers are currently verified.\n");
    for (size_t i = 0; i < count && !wants_json; i++) {
        if (i > 0)
            (void)fputc('\n', file);
        verifier_query_print(&list[i], file);
    }
    return EXIT_DONE;
}

static volatile sig_atomic_t is_over;

static void end_log(int number)
{
    (void)number;
    is_over = 1;
}

static int keep_log(const struct verifier_line *line)
{
    FILE *file = fopen(line->log, "ae");
    if (file == NULL)
        die(EXIT_ERROR, "%s: %s", line->log, strerror(errno));
    const struct sigaction action = {.sa_handler = end_log};
    (void)sigaction(SIGINT, &action, NULL);
    (void)sigaction(SIGTERM, &action, NULL);
    while (!is_over) {
        (void)query(line->pid, false, file);
        (void)fputc('\n', file);
        (void)fflush(file);
        struct timespec left = {.tv_sec = line->interval_s};
        (void)nanosleep(&left, NULL);
    }
    return fclose(file) == 0 ? EXIT_DONE : EXIT_ERROR;
}

static int stop(pid_t pid)
{
    struct process process;
    choose_process(pid, &process);
    return ask(&process, EXPOOL_ASK_RULES, 0, NULL);
}

static int sweep(pid_t pid)
{
    struct process process;
    choose_process(pid, &process);
    enum process_reply reply = process_ask(&process, EXPOOL_ASK_SWEEP, 0, NULL);
    if (reply == REPLY_DONE)
        (void)printf("process %d (%s): %lu live blocks looked at\n", process.pid,
                     process.control->name, process.control->swept);
    return report_reply(&process, reply);
}

static int systematic(const struct verifier_line *line)
{
    struct stacks_order order;
    stacks_read(line->systematic, line->systematic_argument, &order);
    if (order.running != NULL) {
        struct process process;
        choose_process(line->pid, &process);
        int status = ask(&process, EXPOOL_ASK_OPTIONS, 0, low_resources(order.running));
        return status != EXIT_DONE || stacks_forget(&order) ? status : EXIT_ERROR;
    }
    if (order.stored == NULL)
        return stacks_do(&order) ? EXIT_DONE : EXIT_ERROR;
    struct settings settings;
    if (!settings_read(&settings) || !stacks_forget(&order))
        return EXIT_ERROR;
    bool is_on = *order.stored != 0;
    settings.flags = (settings.flags & ~(VERIFIER_FLAG_SYSTEMATIC | VERIFIER_FLAG_RANDOMIZED)) |
                     (is_on ? VERIFIER_FLAG_SYSTEMATIC : 0);
    (void)snprintf(settings.low_resources, sizeof settings.low_resources, "%s", order.stored);
    return store(&settings);
}

static int query_settings(void)
{
    struct settings settings;
    if (!settings_read(&settings))
        return EXIT_ERROR;
    print_settings(&settings, stdout);
    return EXIT_DONE;
}

/* --json is the only option that is not verifier.exe's. */
static bool take_json(int *argc, char **argv)
{
    bool is_found = false;
    int kept = 1;
    for (int i = 1; i < *argc; i++) {
        if (strcmp(argv[i], "--json") == 0)
            is_found = true;
        else
            argv[kept++] = argv[i];
    }
    *argc = kept;
    return is_found;
}

int verb_verifier(int argc, char **argv)
{
    struct verifier_line line;
    bool wants_json = take_json(&argc, argv);
    verifier_line_read(argc, argv, &line);
    if (wants_json && line.action != ACTION_QUERY)
        die(EXIT_ERROR, "--json is for /query");
    switch (line.action) {
    case ACTION_SET:
        return line.is_volatile || line.is_now || line.pid != 0 ? set_running(&line)
                                                                : set_stored(&line);
    case ACTION_QUERY: return query(line.pid, wants_json, stdout);
    case ACTION_QUERY_SETTINGS: return query_settings();
    case ACTION_RESET: return reset_stored();
    case ACTION_LOG: return keep_log(&line);
    case ACTION_RULES_QUERY:
    case ACTION_RULES_RESET:
        (void)printf("\nRules:\n\n  All rules are using default settings\n");
        return EXIT_DONE;
    case ACTION_STOP: return stop(line.pid);
    case ACTION_SWEEP: return sweep(line.pid);
    case ACTION_SYSTEMATIC: return systematic(&line);
    case ACTION_VERSION: version_print(); return EXIT_DONE;
    case ACTION_NONE:
    case ACTION_HELP: break;
    }
    return print_help(argv[0]);
}
