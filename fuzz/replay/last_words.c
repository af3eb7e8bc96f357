#include "fuzz/replay/last_words.h"

#include "fuzz/failure.h"
#include "fuzz/replay/spawn.h"

#include <dlfcn.h>
#include <execinfo.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#define LAST_WORDS "last words: "

enum { FRAMES_MAX = 64, NAME_BYTES = 64, PATH_BYTES = 1024 };

static const struct {
    int number;
    const char *name;
} signals[] = {{SIGSEGV, "SIGSEGV"}, {SIGBUS, "SIGBUS"},   {SIGFPE, "SIGFPE"},  {SIGILL, "SIGILL"},
               {SIGABRT, "SIGABRT"}, {SIGTRAP, "SIGTRAP"}, {SIGALRM, "SIGALRM"}};

static const char *signal_name(int number)
{
    for (size_t i = 0; i < COUNT_OF(signals); i++)
        if (signals[i].number == number)
            return signals[i].name;
    return "SIGNAL";
}

static void print_stack(void)
{
    void *frames[FRAMES_MAX];
    int count = backtrace(frames, FRAMES_MAX);
    Dl_info own;
    if (dladdr((void *)(uintptr_t)last_words_install, &own) == 0)
        return;
    for (int i = 0; i < count; i++) {
        Dl_info module;
        uintptr_t address = (uintptr_t)frames[i] - 1; /* in the call, not behind it */
        if (dladdr(frames[i], &module) == 0 || module.dli_fname == NULL)
            continue;
        bool is_own = module.dli_fbase == own.dli_fbase;
        dprintf(STDERR_FILENO, "    #%d 0x%zx (%s+0x%zx)\n", i, (size_t)address,
                is_own ? "program" : module.dli_fname,
                (size_t)(address - (uintptr_t)module.dli_fbase));
    }
}

static void on_death(int number)
{
    (void)signal(number, SIG_DFL);
    dprintf(STDERR_FILENO, LAST_WORDS "%s\n", signal_name(number));
    print_stack();
    (void)raise(number);
}

void last_words_install(void)
{
    void *frame;
    (void)backtrace(&frame, 1); /* what it loads, it loads now */
    for (size_t i = 0; i < COUNT_OF(signals); i++) {
        struct sigaction action = {.sa_handler = on_death, .sa_flags = (int)SA_NODEFER};
        struct sigaction before;
        sigemptyset(&action.sa_mask);
        if (signals[i].number == SIGALRM || /* nobody else's */
            (sigaction(signals[i].number, NULL, &before) == 0 && before.sa_handler == SIG_DFL))
            (void)sigaction(signals[i].number, &action, NULL);
    }
}

/* The rest of the first line with `word` in it, behind the word. */
static bool line_behind(const char *log, const char *word, char *to, size_t capacity)
{
    const char *found = strstr(log, word);
    if (found == NULL)
        return false;
    found += strlen(word);
    (void)snprintf(to, capacity, "%.*s", (int)strcspn(found, "\n"), found);
    return true;
}

static bool is_library(const char *path)
{
    static const char *const folders[] = {"/pool/", "/kernel/", "/verifier/"};
    for (size_t i = 0; i < COUNT_OF(folders); i++)
        if (strstr(path, folders[i]) != NULL)
            return true;
    return false;
}

struct frames {
    unsigned count;
    char names[FRAMES_MAX][NAME_BYTES]; /* functions of the library, the innermost first */
};

static void take_frame(struct frames *frames, const char *name, const char *path)
{
    if (frames->count < FRAMES_MAX && is_library(path))
        (void)snprintf(frames->names[frames->count++], NAME_BYTES, "%.*s",
                       (int)strcspn(name, "\n ("), name);
}

/* "    #1 0x55d1 in name /path/file.c:12:3", as sanitizers and our reports print it. */
static void find_named(const char *log, struct frames *frames)
{
    char name[NAME_BYTES];
    char path[PATH_BYTES];
    for (const char *line = log; line != NULL; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (sscanf(line, " #%*u 0x%*x in %63s %1023s", name, path) == 2)
            take_frame(frames, name, path);
    }
}

/* "    #1 0x1234 (program+0x5678)", as print_stack has it; "(/path/to/it+0x5678)", as a sanitizer
 * that found no symbolizer. */
static bool is_numbered(const char *line, const char *program, char *offset)
{
    char path[PATH_BYTES];
    return sscanf(line, " #%*u 0x%*x (%1023[^+\n]+%63[0-9a-fx]", path, offset) == 2 &&
           (strcmp(path, "program") == 0 || strcmp(path, program) == 0);
}

/* addr2line knows their names, and what was inlined there: for each its number, then two lines for
 * each function, the innermost first. */
static char *ask_names(const char *log)
{
    static char names[FRAMES_MAX * PATH_BYTES];
    char offsets[FRAMES_MAX][NAME_BYTES];
    char program[PATH_BYTES] = "";
    const char *words[FRAMES_MAX + 7] = {"addr2line", "-a", "-f", "-i", "-e", program};
    unsigned count = 0;
    if (readlink("/proc/self/exe", program, sizeof program - 1) < 0)
        return NULL;
    for (const char *line = log; line != NULL; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (count < FRAMES_MAX && is_numbered(line, program, offsets[count])) {
            words[6 + count] = offsets[count];
            count++;
        }
    }
    if (count == 0 || spawn_and_read(words, names, sizeof names, false) != 0)
        return NULL;
    return names;
}

/* The next function of the frame that `*at` is in; false: the next is another frame's. */
static bool next_name(char **at, const char **name, const char **place)
{
    if (*at == NULL || **at == 0 || strncmp(*at, "0x", 2) == 0)
        return false;
    *name = strsep(at, "\n");
    *place = strsep(at, "\n");
    return *place != NULL;
}

static void find_numbered(const char *log, struct frames *frames)
{
    const char *name;
    const char *place;
    char *at = ask_names(log);
    while (at != NULL && *at != 0) {
        (void)strsep(&at, "\n");
        while (next_name(&at, &name, &place))
            take_frame(frames, name, place);
    }
}

void last_words_print(const char *log, FILE *to)
{
    char offset[NAME_BYTES];
    const char *words = strstr(log, LAST_WORDS);
    char *at = words != NULL ? ask_names(words) : NULL;
    for (const char *line = log; *line != 0;) {
        const char *name;
        const char *place;
        int length = (int)strcspn(line, "\n");
        bool is_frame = at != NULL && line > words && is_numbered(line, "", offset);
        if (is_frame)
            (void)strsep(&at, "\n");
        else
            (void)fprintf(to, "%.*s\n", length, line);
        while (is_frame && next_name(&at, &name, &place))
            (void)fprintf(to, "%.*sin %s %s\n", (int)strcspn(line, "("), line, name, place);
        line += length + (line[length] == '\n');
    }
}

static void key_of_signal(const char *log, int number, char *key)
{
    static struct frames frames;
    const char *found = strstr(log, LAST_WORDS);
    frames.count = 0;
    if (found != NULL)
        find_numbered(found, &frames);
    if (number == SIGALRM)
        (void)snprintf(key, FAILURE_KEY_MAX, "hang/%s",
                       frames.count > 0 ? frames.names[frames.count - 1] : "?");
    else
        (void)snprintf(key, FAILURE_KEY_MAX, "crash/%s/%s/%s", signal_name(number),
                       frames.count > 0 ? frames.names[0] : "?",
                       frames.count > 1 ? frames.names[1] : "?");
}

/* "SUMMARY: AddressSanitizer: heap-use-after-free file.c:12 in name" */
static bool key_of_sanitizer(const char *log, char *key)
{
    static struct frames frames;
    char kind[NAME_BYTES];
    const char *found = strstr(log, "Sanitizer: ");
    if (found == NULL || sscanf(found, "Sanitizer: %63s", kind) != 1)
        return false;
    frames.count = 0;
    find_named(found, &frames);
    if (frames.count == 0)
        find_numbered(found, &frames);
    (void)snprintf(key, FAILURE_KEY_MAX, "sanitizer/%.40s/%.50s/%.50s", kind,
                   frames.count > 0 ? frames.names[0] : "?",
                   frames.count > 1 ? frames.names[1] : "?");
    return true;
}

/* "SUMMARY: expool: 0xC1/0x24 damage-after-block file.c:3 in name" */
static bool key_of_stop(const char *log, char *key)
{
    char code[NAME_BYTES];
    char rule[NAME_BYTES];
    const char *found = strstr(log, "SUMMARY: expool: ");
    if (found == NULL || sscanf(found, "SUMMARY: expool: %63s %63s", code, rule) != 2)
        return false;
    for (char *at = code; *at != 0; at++)
        if (*at == '/')
            *at = '-';
    (void)snprintf(key, FAILURE_KEY_MAX, "stop/%s/%s", code, rule);
    return true;
}

void last_words_key(const char *log, int status, char *key)
{
    char condition[NAME_BYTES];
    if (line_behind(log, "DEDUP_TOKEN: ", key, FAILURE_KEY_MAX))
        return;
    if (line_behind(log, "expool: our own mistake, please report it: ", condition,
                    sizeof condition)) {
        char *place = strstr(condition, " at ");
        if (place != NULL)
            *place = 0;
        (void)snprintf(key, FAILURE_KEY_MAX, "invariant/%s", condition);
        return;
    }
    if (key_of_stop(log, key) || key_of_sanitizer(log, key))
        return;
    if (WIFSIGNALED(status))
        key_of_signal(log, WTERMSIG(status), key);
    else
        (void)snprintf(key, FAILURE_KEY_MAX, "exit/%d", WEXITSTATUS(status));
}
