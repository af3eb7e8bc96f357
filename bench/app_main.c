/* app_main.c - bench_app: one program of `bench apps` once, started in the project's folder.
 *   bench_app APP
 * Runs bench/apps/APP.sh in build/bench/apps/APP; what it prints must be what it prints plainly.
 * BENCH_TOOL ("tool option ..."), BENCH_PRELOAD (a library) and BENCH_SET ("NAME=value ...") say
 * under what. Prints "APP ns FIGURE peak_kb KIB", or why not. */
#include "bench/tree.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TIMEOUT_S = 110, WORDS_BYTES = 3 * PATH_MAX, LINE_BYTES = 160 };

static const char *setting(const char *name)
{
    const char *value = getenv(name);
    return value ? value : "";
}

/* The tool's command; "./" at its start is the folder of this program. */
static const char *tool_command(void)
{
    static char command[2 * PATH_MAX];
    char folder[PATH_MAX] = "";
    const char *tool = setting("BENCH_TOOL");
    if (strncmp(tool, "./", 2) != 0)
        return tool;
    ssize_t length = readlink("/proc/self/exe", folder, sizeof folder - 1);
    while (length > 0 && folder[length - 1] != '/')
        length--;
    snprintf(command, sizeof command, "%.*s%s", (int)length, folder, tool + 2);
    return command;
}

/* What the scripts put before a program. */
static void set_command(const char *preload)
{
    static char words[WORDS_BYTES];
    snprintf(words, sizeof words, "%s%s%s%s%s%s", preload || setting("BENCH_SET")[0] ? "env " : "",
             setting("BENCH_SET"), preload ? " LD_PRELOAD=" : "", preload ? preload : "",
             preload || setting("BENCH_SET")[0] ? " " : "", tool_command());
    setenv("BENCH_RUN", words, 1);
}

/* The first line of a file; "" when there is none. */
static const char *first_line(const char *path)
{
    static char line[LINE_BYTES];
    FILE *file = fopen(path, "r");
    line[0] = 0;
    if (file && !fgets(line, sizeof line, file))
        line[0] = 0;
    if (file)
        fclose(file);
    line[strcspn(line, "\n")] = 0;
    return line;
}

static bool is_same(const char *one, const char *other)
{
    FILE *a = fopen(one, "r");
    FILE *b = fopen(other, "r");
    bool same = a && b;
    for (int x = 0; same && x != EOF;) {
        x = fgetc(a);
        same = x == fgetc(b);
    }
    if (a)
        fclose(a);
    if (b)
        fclose(b);
    return same;
}

/* The script does its step in the current folder. */
static bool step(struct tree *tree, const char *script, const char *name)
{
    const char *words[] = {"/bin/bash", script, name, NULL};
    tree->words = words;
    tree->timeout_s = TIMEOUT_S;
    return tree_run(tree) && !tree->timed_out && tree->exit_code == 0;
}

static int fail(const char *app, const struct tree *tree)
{
    if (tree->timed_out)
        printf("%s: not done within %d s\n", app, TIMEOUT_S);
    else
        printf("%s: exit %d, %s\n", app, tree->exit_code, first_line(tree->complaints));
    return 1;
}

/* The inputs, and what the program prints plainly, once; the folder is left as the current one. */
static bool enter(const char *app, const char *script)
{
    char folder[PATH_MAX];
    struct tree prepare = {.output = "prepared", .complaints = "complaints"};
    snprintf(folder, sizeof folder, "build/bench/apps/%s", app);
    mkdir("build/bench/apps", 0777);
    mkdir(folder, 0777);
    if (chdir(folder) != 0)
        return false;
    if (access("expected", F_OK) == 0)
        return true;
    setenv("BENCH_RUN", "", 1);
    if (!step(&prepare, script, "prepare") || !step(&prepare, script, "work"))
        return fail(app, &prepare) == 0;
    return rename("prepared", "expected") == 0;
}

int main(int count, char **words)
{
    char path[PATH_MAX];
    const char *app = count > 1 ? words[1] : "start";
    struct tree tree = {.output = "output", .complaints = "complaints"};
    snprintf(path, sizeof path, "bench/apps/%s.sh", app);
    char *script = realpath(path, NULL);
    char *preload = realpath(setting("BENCH_PRELOAD"), NULL);
    if (!script || !enter(app, script)) {
        fprintf(stderr, "%s: no %s, or no inputs for it\n", words[0], path);
        return 2;
    }
    set_command(preload);
    unlink("cpu");
    if (!step(&tree, script, "work"))
        return fail(app, &tree);
    if (!is_same("output", "expected"))
        return printf("%s: another output than plainly\n", app), 1;
    double cpu = strtod(first_line("cpu"), NULL);
    printf("%s ns %.0f peak_kb %ld\n", app, (cpu > 0 ? cpu : tree.cpu_seconds) * 1e9, tree.peak_kb);
    return 0;
}
