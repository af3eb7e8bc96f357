#include "tools/run_environment.h"

#include "tools/say.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { OPTIONS_BYTES = 32768, CONFIG_BYTES = 16384 };

#define PRELOAD_NAME "libexpool-preload.so"

static bool is_readable(const char *path)
{
    return access(path, R_OK) == 0;
}

const char *preload_path(void)
{
    static const char *const folders[] = {"../lib", "../" EXPOOL_LIBDIR "/expool", "../lib/expool"};
    static char path[PROGRAM_PATH_BYTES];
    char self[PROGRAM_PATH_BYTES];
    const char *asked = getenv("EXPOOL_PRELOAD");
    if (asked != NULL && *asked != 0) {
        if (is_readable(asked) && realpath(asked, path) != NULL)
            return path;
        say("EXPOOL_PRELOAD=%s: %s", asked, strerror(errno));
        return NULL;
    }
    ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    self[length > 0 ? length : 0] = 0;
    char *slash = strrchr(self, '/');
    if (slash != NULL)
        *slash = 0;
    for (unsigned i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        char tried[PROGRAM_PATH_BYTES + 64];
        (void)snprintf(tried, sizeof tried, "%s/%s/" PRELOAD_NAME, self, folders[i]);
        if (realpath(tried, path) != NULL)
            return path;
    }
    say(PRELOAD_NAME " is not beside %s; EXPOOL_PRELOAD=PATH names it", self);
    return NULL;
}

/* Decided once: EXPOOL_CONFIG is taken away from programs that do not read it. */
const char *config_path(void)
{
    static char path[PROGRAM_PATH_BYTES];
    static bool is_known;
    if (is_known)
        return path;
    is_known = true;
    const char *named = getenv("EXPOOL_CONFIG");
    const char *folder = getenv("XDG_CONFIG_HOME");
    const char *home = getenv("HOME");
    if (named != NULL && *named != 0)
        (void)snprintf(path, sizeof path, "%s", named);
    else if (folder != NULL && *folder != 0)
        (void)snprintf(path, sizeof path, "%s/expool/config", folder);
    else if (home != NULL && *home != 0)
        (void)snprintf(path, sizeof path, "%s/.config/expool/config", home);
    return path;
}

FILE *config_open(const char *path)
{
    struct stat state;
    FILE *file = fopen(path, "re");
    if (file == NULL || fstat(fileno(file), &state) != 0)
        return file;
    if (S_ISREG(state.st_mode) || S_ISFIFO(state.st_mode))
        return file;
    (void)fclose(file);
    errno = S_ISDIR(state.st_mode) ? EISDIR : EINVAL;
    return NULL;
}

static bool is_separator(char letter)
{
    return strchr(":, \t\n", letter) != NULL;
}

/* Where `key=` begins as a key, outside quotes. */
bool options_have(const char *options, const char *key)
{
    size_t length = strlen(key);
    char quote = 0;
    bool is_start = true;
    for (; *options != 0; options++) {
        if (is_start && quote == 0 && strncmp(options, key, length) == 0 && options[length] == '=')
            return true;
        if (quote != 0 && *options == quote)
            quote = 0;
        else if (quote != 0)
            continue;
        else if (*options == '\'' || *options == '"')
            quote = *options;
        is_start = is_separator(*options);
    }
    return false;
}

const char *option_in_force(const char *key)
{
    const char *value = "";
    const char *at = getenv("EXPOOL_OPTIONS");
    while (at != NULL && (at = strstr(at, key)) != NULL)
        value = at += strlen(key);
    return value;
}

bool options_append(char *options, size_t capacity, const char *key, const char *value)
{
    size_t length = strlen(options);
    bool is_quoted = strpbrk(value, ":, \t\n;") != NULL;
    const char *quote = !is_quoted ? "" : strchr(value, '\'') == NULL ? "'" : "\"";
    if (is_quoted && strchr(value, quote[0]) != NULL)
        return false;
    int added = snprintf(options + length, capacity - length, "%s%s=%s%s%s", length > 0 ? ":" : "",
                         key, quote, value, quote);
    return added > 0 && (size_t)added < capacity - length;
}

/* The file's lines as one text; "" when there is none. False after one line. */
static bool read_config(const char *path, char *text, size_t capacity)
{
    size_t length = 0;
    char line[CONFIG_BYTES];
    *text = 0;
    FILE *file = *path == 0 ? NULL : config_open(path);
    if (file == NULL && (errno == ENOENT || errno == ENOTDIR || *path == 0) &&
        getenv("EXPOOL_CONFIG") == NULL)
        return true;
    if (file == NULL) {
        say("the settings in %s: %s", path, strerror(errno));
        return false;
    }
    bool is_whole = true;
    while (fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, "\r\n")] = 0;
        const char *from = line + strspn(line, " \t");
        is_whole = is_whole && length + strlen(from) + 2 < capacity;
        if (is_whole && *from != 0 && *from != '#')
            length += (size_t)snprintf(text + length, capacity - length, "%s:", from);
    }
    (void)fclose(file);
    if (!is_whole)
        say("the settings in %s: more than %zu bytes", path, capacity - 1);
    return is_whole;
}

/* What the variable was before we set it: a second run starts from there, too. */
static const char *before(const char *name, const char **kept)
{
    if (*kept == NULL) {
        const char *value = getenv(name);
        *kept = strdup(value != NULL ? value : "");
    }
    return *kept != NULL ? *kept : "";
}

static bool set_preload(const struct program *program)
{
    static const char *kept;
    char all[3 * PROGRAM_PATH_BYTES];
    const char *own = preload_path();
    const char *there = before("LD_PRELOAD", &kept);
    if (own == NULL)
        return false;
    if (strpbrk(own, ": ") != NULL) {
        say("the path %s has a blank or a colon, which LD_PRELOAD cannot name", own);
        return false;
    }
    int length =
        snprintf(all, sizeof all, "%s%s%s%s%s", program->sanitizer,
                 program->sanitizer[0] != 0 ? ":" : "", own, *there != 0 ? ":" : "", there);
    return length < (int)sizeof all && setenv("LD_PRELOAD", all, 1) == 0;
}

bool run_environment_set(const struct program *program, const char *options)
{
    static char all[OPTIONS_BYTES];
    static char config[CONFIG_BYTES];
    const char *path = config_path();
    static const char *kept;
    const char *environment = before("EXPOOL_OPTIONS", &kept);
    if (!read_config(path, config, sizeof config))
        return false;
    bool is_chosen = options_have(config, "verifier");
    /* The preload library's own defaults would win over the file: it comes in front of what is
     * typed instead. A program with defaults of its own reads it itself. */
    int length = snprintf(all, sizeof all, "%s%s%s:%s",
                          is_chosen ? "" : "verifier=standard:", program->has_expool ? "" : config,
                          environment, options);
    if (length >= (int)sizeof all) {
        say("more options than %u bytes", OPTIONS_BYTES);
        return false;
    }
    while (length > 0 && all[length - 1] == ':')
        all[--length] = 0;
    if (program->has_expool && *config != 0)
        (void)setenv("EXPOOL_CONFIG", path, 1);
    else
        (void)unsetenv("EXPOOL_CONFIG");
    return setenv("EXPOOL_OPTIONS", all, 1) == 0 && (program->has_expool || set_preload(program));
}
