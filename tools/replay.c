/* replay.c - expool replay FILE: a fuzz input as operations, run again, made short, or as C. The
 * work is done by replay_TARGET, one program a fuzz target: which one the file says. */
#include "tools/nearest.h"
#include "tools/verb.h"
#include "tools/verb_line.h"

#include <errno.h>
#include <glob.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    OPTION_PRINT = 0x100,
    OPTION_MINIMIZE,
    OPTION_EMIT_C,
    OPTION_EMIT_TEST,
    OPTION_KEY,
    OPTION_TRIAGE,
    OPTION_INTO,
    OPTION_TARGET,
    PATH_BYTES = 4096,
    LINE_BYTES = 256,
    TARGET_BYTES = 32,
    HEADER_LINES = 16,
};

struct replay {
    const char *mode; /* "--print"; NULL: only run */
    const char *into; /* of --triage */
    const char *target;
    const char *file;
};

static const char documentation[] =
    "A fuzz input again: text or bytes.\v"
    "Examples:\n"
    "  expool replay crash.txt                           run it: as expected, or not\n"
    "  expool replay --print crash.txt                   each operation, and what has to come of "
    "it\n"
    "  expool replay --minimize crash.txt                the shortest program that fails so\n"
    "  expool replay --emit-c crash.txt >repro.c         as C for the public headers\n"
    "  expool replay --triage --into bugs crash.txt      all of this in a folder of its own\n"
    "  expool replay bugs/missed.bug-check-...           a folder that --triage made\n"
    "  expool replay --target verifier_seq crash-72d8    bytes do not say what they are for\n\n"
    "Exit:\n"
    "  0   as expected\n"
    "  1   a verdict was wrong\n"
    "  2   trouble";

static void choose(struct replay *replay, const char *mode)
{
    if (replay->mode != NULL)
        die(EXIT_TROUBLE, "%s and %s: one at a time", replay->mode, mode);
    replay->mode = mode;
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct replay *replay = state->input;
    switch (key) {
    case OPTION_PRINT: choose(replay, "--print"); return 0;
    case OPTION_MINIMIZE: choose(replay, "--minimize"); return 0;
    case OPTION_EMIT_C: choose(replay, "--emit-c"); return 0;
    case OPTION_EMIT_TEST: choose(replay, "--emit-test"); return 0;
    case OPTION_KEY: choose(replay, "--key"); return 0;
    case OPTION_TRIAGE: choose(replay, "--triage"); return 0;
    case OPTION_INTO: replay->into = argument; return 0;
    case OPTION_TARGET: replay->target = argument; return 0;
    case ARGP_KEY_ARG:
        if (replay->file != NULL)
            die(EXIT_TROUBLE, "one file at a time, not also '%s'", argument);
        replay->file = argument;
        return 0;
    default: return ARGP_ERR_UNKNOWN;
    }
}

/* A bug's folder stands for its program. */
static const char *file_of(const char *path)
{
    static char program[PATH_BYTES];
    struct stat status;
    if (stat(path, &status) != 0)
        die(EXIT_TROUBLE, "%s: %s", path, strerror(errno));
    if (!S_ISDIR(status.st_mode))
        return path;
    (void)snprintf(program, sizeof program, "%s/program.txt", path);
    if (access(program, R_OK) != 0)
        die(EXIT_TROUBLE, "%s: a folder without program.txt; name a file in it", path);
    return program;
}

/* Programs of the driver kit are run by the program of their own driver. */
static _Noreturn void send_to_the_kit(const char *path, const char *driver)
{
    die(EXIT_TROUBLE,
        "%s is of the driver kit, driver %s: run it with the replay program of that driver, "
        "replay_%s %s",
        path, driver, driver, path);
}

/* What stands behind "target:" among the first lines of a program's text; "": nothing. */
static void read_target(const char *path, char *target)
{
    char line[LINE_BYTES];
    char driver[LINE_BYTES] = "";
    bool is_kit = false;
    FILE *file = fopen(path, "r");
    target[0] = 0;
    if (file == NULL)
        die(EXIT_TROUBLE, "%s: %s", path, strerror(errno));
    for (int i = 0; i < HEADER_LINES && fgets(line, sizeof line, file) != NULL; i++) {
        is_kit |= strncmp(line, "expool-kit ", strlen("expool-kit ")) == 0;
        if (is_kit && sscanf(line, "driver: %255[A-Za-z0-9_.-]", driver) == 1)
            send_to_the_kit(path, driver);
        if (sscanf(line, "target: %31[a-z0-9_]", target) == 1)
            break;
    }
    (void)fclose(file);
    if (is_kit)
        send_to_the_kit(path, "NAME");
}

/* Beside what is installed: libexec/expool; in a build folder: fuzz. */
static const char *const folders[] = {"../" EXPOOL_LIBEXECDIR "/expool", "../fuzz"};

static void list_programs(const char *base, glob_t *programs)
{
    char pattern[PATH_BYTES + 64];
    int flags = 0;
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        (void)snprintf(pattern, sizeof pattern, "%s/%s/replay_*", base, folders[i]);
        (void)glob(pattern, flags, NULL, programs);
        flags = programs->gl_pathc > 0 ? GLOB_APPEND : 0;
    }
    if (programs->gl_pathc == 0)
        die(EXIT_TROUBLE,
            "no replay programs in %s/%s or %s/%s: this expool was built or installed without "
            "them (they need the verifier)",
            base, folders[0], base, folders[1]);
}

/* A campaign names what it saves for the target: verifier_seq-plain-crash-72d8. */
static void read_target_in_name(const char *path, char *target)
{
    const char *name = strrchr(path, '/') != NULL ? strrchr(path, '/') + 1 : path;
    char end[2];
    if (sscanf(name, "%31[a-z0-9_]-%*[a-z]-crash%1[-]", target, end) != 2)
        target[0] = 0;
}

static const char *target_of(const char *program)
{
    return strrchr(program, '/') + sizeof "replay_";
}

/* The program of the target; dies with the nearest when there is none. */
static const char *find_program(const glob_t *programs, const char *target)
{
    struct nearest nearest = {.typed = target};
    for (size_t i = 0; i < programs->gl_pathc; i++) {
        if (strcmp(target_of(programs->gl_pathv[i]), target) == 0)
            return programs->gl_pathv[i];
        nearest_offer(&nearest, target_of(programs->gl_pathv[i]));
    }
    die(EXIT_TROUBLE, "no target '%s'%s", target, nearest_hint(&nearest, ""));
}

static void find_base(char *base)
{
    ssize_t length = readlink("/proc/self/exe", base, PATH_BYTES - 1);
    if (length < 0)
        die(EXIT_TROUBLE, "/proc/self/exe: %s", strerror(errno));
    base[length] = 0;
    *strrchr(base, '/') = 0;
}

static void check_into(const struct replay *replay)
{
    bool is_triage = replay->mode != NULL && strcmp(replay->mode, "--triage") == 0;
    if (is_triage != (replay->into != NULL))
        die(EXIT_TROUBLE, "--triage and --into FOLDER go together");
}

static _Noreturn void become(const struct replay *replay, const char *program)
{
    const char *words[6] = {program};
    size_t count = 1;
    if (replay->mode != NULL)
        words[count++] = replay->mode;
    if (replay->into != NULL) {
        words[count++] = "--into";
        words[count++] = replay->into;
    }
    words[count] = replay->file;
    (void)execv(program, (char *const *)(uintptr_t)words);
    die(EXIT_TROUBLE, "%s: %s", program, strerror(errno));
}

int verb_replay(int argc, char **argv)
{
    static const struct argp_option options[] = {
        {"print", OPTION_PRINT, NULL, 0, "Each operation with what has to come of it", 1},
        {"minimize", OPTION_MINIMIZE, NULL, 0, "The shortest, plainest program that fails so", 1},
        {"emit-c", OPTION_EMIT_C, NULL, 0, "Its calls as C for the public headers", 1},
        {"emit-test", OPTION_EMIT_TEST, NULL, 0, "The same as a test", 1},
        {"key", OPTION_KEY, NULL, 0, "How it fails, in one line; empty: it does not", 1},
        {"triage", OPTION_TRIAGE, NULL, 0, "A folder of the bug: each form, and the report", 1},
        {"into", OPTION_INTO, "FOLDER", 0, "Where --triage makes it", 1},
        {"target", OPTION_TARGET, "NAME", 0, "The fuzz target, where the file names none", 1},
        {0}};
    static const struct argp argp = {options, parse, "FILE", documentation, NULL, NULL, NULL};
    struct replay replay = {0};
    struct common common = {0};
    glob_t programs = {0};
    char base[PATH_BYTES];
    char target[TARGET_BYTES];
    const struct verb_line line = {&argp, &replay, 0, &common, EXIT_TROUBLE, false};
    (void)verb_line_parse(&line, argc, argv);
    if (replay.file == NULL)
        die(EXIT_TROUBLE, "which file? expool replay --print crash.txt");
    check_into(&replay);
    replay.file = file_of(replay.file);
    read_target(replay.file, target);
    if (target[0] == 0)
        read_target_in_name(replay.file, target);
    if (replay.target == NULL && target[0] == 0)
        die(EXIT_TROUBLE, "%s names no target: --target pool_seq, or another", replay.file);
    find_base(base);
    list_programs(base, &programs);
    become(&replay, find_program(&programs, replay.target != NULL ? replay.target : target));
}
