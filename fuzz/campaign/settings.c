#include "fuzz/campaign/settings.h"

#include "bench/words.h"
#include "fuzz/campaign/build.h"
#include "fuzz/campaign/words.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SECONDS_USUAL = 60, JOBS_MAX = 64 };

const char *const engine_words[ENGINE_COUNT] = {"libfuzzer", "generator"};

static const char usage[] =
    "usage: ./build.sh fuzz [TARGET|all] [SECONDS] [option]...\n"
    "  SECONDS            of the whole run (60); 15m and 2h are understood\n"
    "  --jobs N           so many processes at a time (one a processor)\n"
    "  --sanitizer S      none, address, undefined, memory; for target threads: thread; several\n"
    "                     with commas. Usual: none,address, and none,thread for threads\n"
    "  --engine E         libfuzzer; generator: random programs, needs no clang\n"
    "  --resume           go on with the corpus of the last run (this is what happens anyway)\n"
    "  --fresh            put that corpus aside and begin with the committed one\n"
    "  --evolve           no fuzzing: minimise the grown corpora into corpus/evolved\n"
    "  --folder F         programs and results are in F instead of build; nothing is compiled\n"
    "  --list             name the targets\n"
    "Exit: 0 nothing found, 1 a bug was found, 2 nothing was checked or something was missing.\n"
    "Results: build/fuzz/report.html, fuzz.json and fuzz.xml; bugs in build/fuzz-crashes.\n";

enum {
    OPTION_JOBS,
    OPTION_SANITIZER,
    OPTION_ENGINE,
    OPTION_FOLDER,
    OPTION_RESUME, /* from here on without a value */
    OPTION_FRESH,
    OPTION_EVOLVE,
    OPTION_LIST,
    OPTION_HELP,
    OPTION_COUNT,
};

static const char *const options[OPTION_COUNT] = {"--jobs",   "--sanitizer", "--engine",
                                                  "--folder", "--resume",    "--fresh",
                                                  "--evolve", "--list",      "--help"};

static bool take_jobs(struct settings *settings, const char *word)
{
    char *end = NULL;
    unsigned long jobs = strtoul(word, &end, 10);
    if (*word < '0' || *word > '9' || *end != 0 || jobs < 1 || jobs > JOBS_MAX) {
        fprintf(stderr, "fuzz: --jobs takes a number from 1 to %d, not '%s'\n", JOBS_MAX, word);
        return false;
    }
    settings->jobs = (unsigned)jobs;
    return true;
}

static bool take_sanitizer(struct settings *settings, const char *word)
{
    const char *known[BUILD_COUNT];
    for (unsigned i = 0; i < BUILD_COUNT; i++)
        known[i] = build_rows[i].sanitizer;
    int found = word_find(word, known, BUILD_COUNT);
    if (found < 0) {
        fprintf(stderr, "fuzz: no sanitizer '%s'; the nearest is '%s'\n", word,
                word_nearest(word, known, BUILD_COUNT));
        return false;
    }
    for (unsigned i = 0; i < settings->build_count; i++)
        if (settings->builds[i] == (enum build)found)
            return true;
    settings->builds[settings->build_count++] = (enum build)found;
    return true;
}

static bool take_sanitizers(struct settings *settings, const char *words)
{
    char text[PATH_BYTES];
    char *rest = NULL;
    words_put(text, sizeof text, "%s", words);
    for (char *word = strtok_r(text, ",", &rest); word != NULL; word = strtok_r(NULL, ",", &rest))
        if (!take_sanitizer(settings, word))
            return false;
    if (settings->build_count == 0)
        fprintf(stderr, "fuzz: --sanitizer takes none, address, undefined, memory or thread\n");
    return settings->build_count > 0;
}

static bool take_engine(struct settings *settings, const char *word)
{
    int found = word_find(word, engine_words, ENGINE_COUNT);
    if (found < 0)
        fprintf(stderr, "fuzz: no engine '%s'; the nearest is '%s'\n", word,
                word_nearest(word, engine_words, ENGINE_COUNT));
    else
        settings->engine = (enum engine)found;
    return found >= 0;
}

static bool take_folder(struct settings *settings, const char *word)
{
    settings->folder = word;
    settings->is_built = true;
    if (access(word, X_OK) == 0)
        return true;
    fprintf(stderr, "fuzz: --folder %s: no such folder\n", word);
    return false;
}

static bool take_value(struct settings *settings, int option, const char *value)
{
    if (value == NULL) {
        fprintf(stderr, "fuzz: %s takes a value (./build.sh fuzz --help)\n", options[option]);
        return false;
    }
    switch (option) {
    case OPTION_JOBS: return take_jobs(settings, value);
    case OPTION_SANITIZER: return take_sanitizers(settings, value);
    case OPTION_ENGINE: return take_engine(settings, value);
    default: return take_folder(settings, value);
    }
}

static void take_flag(struct settings *settings, int option)
{
    switch (option) {
    case OPTION_FRESH: settings->is_fresh = true; break;
    case OPTION_EVOLVE: settings->only_evolves = true; break;
    case OPTION_LIST: settings->only_lists = true; break;
    case OPTION_HELP: fputs(usage, stdout); break;
    default: break;
    }
}

static bool take_time(struct settings *settings, const char *word)
{
    unsigned seconds = word_seconds(word);
    if (seconds == 0)
        fprintf(stderr, "fuzz: '%s' is not a time: seconds, 15m or 2h\n", word);
    else if (settings->seconds > 0)
        fprintf(stderr, "fuzz: one time; not %u seconds and '%s'\n", settings->seconds, word);
    bool is_good = seconds > 0 && settings->seconds == 0;
    settings->seconds = seconds;
    return is_good;
}

static bool take_word(struct settings *settings, const char **target, const char *word)
{
    if (word[0] == '-') {
        fprintf(stderr, "fuzz: no option '%s'; the nearest is '%s'\n", word,
                word_nearest(word, options, OPTION_COUNT));
        return false;
    }
    if (word[0] >= '0' && word[0] <= '9')
        return take_time(settings, word);
    if (*target != NULL) {
        fprintf(stderr, "fuzz: one target, or all; not '%s' and '%s'\n", *target, word);
        return false;
    }
    *target = word;
    return true;
}

/* fuzz/fuzz_NAME.c in the tree, or the programs of a folder; sorted, each once. */
static void find_targets(struct settings *settings)
{
    glob_t found;
    char pattern[PATH_BYTES];
    words_put(pattern, sizeof pattern, "%s/fuzz*/fuzz/fuzz_*", settings->folder);
    if (glob(settings->is_built ? pattern : "fuzz/fuzz_*.c", 0, NULL, &found) != 0)
        return;
    for (size_t i = 0; i < found.gl_pathc && settings->target_count < TARGETS_MAX; i++) {
        const char *name = strrchr(found.gl_pathv[i], '/') + strlen("/fuzz_");
        char *target = settings->targets[settings->target_count];
        words_put(target, NAME_BYTES, "%.*s", (int)strcspn(name, "."), name);
        bool is_new = true;
        for (unsigned j = 0; j < settings->target_count; j++)
            is_new = is_new && strcmp(settings->targets[j], target) != 0;
        settings->target_count += is_new;
    }
    globfree(&found);
}

/* Leaves the one that was asked for. */
static bool choose_target(struct settings *settings, const char *word)
{
    const char *known[TARGETS_MAX + 1] = {"all"};
    if (strncmp(word, "fuzz_", strlen("fuzz_")) == 0)
        word += strlen("fuzz_");
    for (unsigned i = 0; i < settings->target_count; i++)
        known[i + 1] = settings->targets[i];
    int found = word_find(word, known, settings->target_count + 1);
    if (found < 0) {
        fprintf(stderr, "fuzz: no target '%s'; the nearest is '%s' (--list names all)\n", word,
                word_nearest(word, known, settings->target_count + 1));
        return false;
    }
    if (found > 0) {
        memmove(settings->targets[0], settings->targets[found - 1], NAME_BYTES);
        settings->target_count = 1;
    }
    return true;
}

/* The others have one thread. */
static bool is_threaded(const char *target)
{
    return strcmp(target, "threads") == 0;
}

enum build settings_build(const struct settings *settings, enum build build, const char *target)
{
    bool is_other = settings->is_usual_builds && build == BUILD_ADDRESS && is_threaded(target);
    return is_other ? BUILD_THREAD : build;
}

static bool suits_targets(const struct settings *settings)
{
    for (unsigned i = 0; i < settings->build_count; i++)
        if (settings->builds[i] == BUILD_THREAD &&
            !(settings->target_count == 1 && is_threaded(settings->targets[0]))) {
            fputs("fuzz: --sanitizer thread is for the target threads, the others have one "
                  "thread: ./build.sh fuzz threads --sanitizer thread\n",
                  stderr);
            return false;
        }
    return true;
}

/* What was not said. */
static void complete(struct settings *settings)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    if (settings->seconds == 0)
        settings->seconds = SECONDS_USUAL;
    if (settings->jobs == 0)
        settings->jobs = processors < 1          ? 1
                         : processors > JOBS_MAX ? JOBS_MAX
                                                 : (unsigned)processors;
    if (settings->only_evolves) /* the plain build shows what is new, too */
        settings->build_count = 0;
    if (settings->build_count == 0) {
        settings->builds[settings->build_count++] = BUILD_PLAIN;
        if (settings->engine == ENGINE_LIBFUZZER && !settings->only_evolves)
            settings->builds[settings->build_count++] = BUILD_ADDRESS;
        settings->is_usual_builds = true;
    }
}

bool settings_read(struct settings *settings, int count, char **words, int *status)
{
    const char *target = NULL;
    *settings = (struct settings){.folder = "build"};
    *status = EXIT_TROUBLE;
    for (int i = 1; i < count; i++) {
        int option = word_find(words[i], options, OPTION_COUNT);
        if (option == OPTION_HELP || strcmp(words[i], "-h") == 0) {
            take_flag(settings, OPTION_HELP);
            *status = EXIT_FOUND_NOTHING;
            return false;
        }
        if (option >= OPTION_RESUME) {
            take_flag(settings, option);
        } else if (option >= 0) {
            i++;
            if (!take_value(settings, option, i < count ? words[i] : NULL))
                return false;
        } else if (!take_word(settings, &target, words[i])) {
            return false;
        }
    }
    find_targets(settings);
    if (settings->target_count == 0) {
        fprintf(stderr, "fuzz: no targets in %s\n",
                settings->is_built ? settings->folder : "fuzz/");
        return false;
    }
    if (!choose_target(settings, target != NULL ? target : "all"))
        return false;
    complete(settings);
    return suits_targets(settings);
}
