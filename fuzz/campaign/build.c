#include "fuzz/campaign/build.h"

#include "fuzz/campaign/child.h"
#include "fuzz/campaign/words.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BUILD_SECONDS = 3600, ASK_SECONDS = 30, TAIL_LINES = 40, LINE_BYTES = 512 };

const struct build_row build_rows[BUILD_COUNT] = {
    [BUILD_PLAIN] = {"plain", "none", "fuzz", "fuzzer"},
    [BUILD_ADDRESS] = {"asan", "address", "fuzz-asan", "asan"},
    [BUILD_UNDEFINED] = {"ubsan", "undefined", "fuzz-ubsan", "ubsan_standalone"},
    [BUILD_MEMORY] = {"msan", "memory", "fuzz-msan", "msan"},
    [BUILD_THREAD] = {"tsan", "thread", "fuzz-tsan", "tsan"},
};

void build_program(const struct settings *settings, enum build build, const char *target,
                   char *path)
{
    if (settings->engine == ENGINE_GENERATOR)
        words_put(path, PATH_BYTES, "%s/dev/fuzz/replay_%s", settings->folder, target);
    else
        words_put(path, PATH_BYTES, "%s/%s/fuzz/fuzz_%s", settings->folder,
                  build_rows[build].preset, target);
}

static void keep_line(const char *line, void *context)
{
    words_put(context, PATH_BYTES, "%s", line);
}

/* What a command prints, its last line; false when it fails or is not there. */
static bool ask(const char *const *words, char answer[PATH_BYTES])
{
    answer[0] = 0;
    return child_run(&(struct child_run){.begin = {.words = words},
                                         .seconds = ASK_SECONDS,
                                         .take = keep_line,
                                         .context = answer}) == 0;
}

/* clang names the file it would link, with a path if it has it; the name tells the processor, or
 * lies in a folder that does. */
static bool has_runtime(const char *name)
{
    static const char *const ends[] = {"-x86_64", "-aarch64", ""};
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        char option[PATH_BYTES];
        char answer[PATH_BYTES];
        const char *const words[] = {"clang", option, NULL};
        words_put(option, sizeof option, "-print-file-name=libclang_rt.%s%s.a", name, ends[i]);
        if (ask(words, answer) && access(answer, R_OK) == 0)
            return true;
    }
    return false;
}

bool build_can(enum build build)
{
    char version[PATH_BYTES];
    const struct build_row *row = &build_rows[build];
    const char *const words[] = {"clang", "-dumpversion", NULL};
    if (!ask(words, version)) {
        fputs("fuzz: clang is missing (apt-get install clang llvm); --engine generator runs "
              "random programs without it\n",
              stderr);
        return false;
    }
    const char *missing = !has_runtime("fuzzer") ? "fuzzer" : row->runtime;
    if (missing == row->runtime && has_runtime(missing))
        return true;
    fprintf(stderr,
            "fuzz: clang %s has no %s runtime (apt-get install libclang-rt-%.*s-dev); "
            "--engine generator runs without it\n",
            version, missing, (int)strcspn(version, "."), version);
    return false;
}

static void show_end(const char *path)
{
    char lines[TAIL_LINES][LINE_BYTES];
    unsigned count = 0;
    FILE *file = fopen(path, "r");
    while (file != NULL && fgets(lines[count % TAIL_LINES], LINE_BYTES, file) != NULL)
        count++;
    if (file != NULL)
        fclose(file);
    for (unsigned i = count < TAIL_LINES ? 0 : count - TAIL_LINES; i < count; i++)
        fputs(lines[i % TAIL_LINES], stderr);
}

static bool make(const char *const *words, const char *log)
{
    int status = child_run(
        &(struct child_run){.begin = {.words = words, .log = log}, .seconds = BUILD_SECONDS});
    if (status == 0)
        return true;
    show_end(log);
    fprintf(stderr, "fuzz: '%s %s %s' failed; all of it is in %s\n", words[0], words[1], words[2],
            log);
    return false;
}

/* A first build takes minutes, and says nothing by itself. */
static void say_if_first(const char *preset, const char *log)
{
    char made[PATH_BYTES];
    words_put(made, sizeof made, "build/%s/build.ninja", preset);
    if (access(made, F_OK) != 0)
        fprintf(stderr, "fuzz: building '%s' for the first time, log in %s\n", preset, log);
}

bool build_make(const char *preset, const char *const *goals)
{
    enum { GOALS_MAX = TARGETS_MAX + 8 };
    char log[PATH_BYTES];
    char folder[PATH_BYTES];
    const char *const configure[] = {"cmake", "--preset", preset, NULL};
    const char *words[GOALS_MAX + 5] = {"cmake", "--build", folder, "--target"};
    unsigned count = 4;
    words_put(folder, sizeof folder, "build/%s", preset);
    words_put(log, sizeof log, "build/%s.log", preset);
    for (; *goals != NULL && count < GOALS_MAX; goals++)
        words[count++] = *goals;
    if (mkdir("build", 0777) != 0 && errno != EEXIST) {
        fprintf(stderr, "fuzz: build: %s\n", strerror(errno));
        return false;
    }
    say_if_first(preset, log);
    return make(configure, log) && make(words, log);
}
