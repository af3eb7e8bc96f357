#include "tools/settings.h"

#include "tools/run_environment.h"
#include "tools/say.h"
#include "tools/verifier_flags.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LINE_BYTES = 1024, FOLDER_MODE = 0777 };

#define MODE_LINE  "# bootmode "
#define BOOTS_LINE "# boots "

static const char *const mode_words[] = {"persistent", "resetonbootfail", "oneboot",
                                         "resetonunusualshutdown"};

/* The value behind `key=`, without its quotes. False: another key. */
static bool take_text(const char *line, const char *key, char *value)
{
    size_t length = strlen(key);
    if (strncmp(line, key, length) != 0 || line[length] != '=')
        return false;
    line += length + 1;
    size_t bytes = strlen(line);
    if (bytes >= 2 && (*line == '\'' || *line == '"') && line[bytes - 1] == *line) {
        line++;
        bytes -= 2;
    }
    (void)snprintf(value, SETTINGS_TEXT_BYTES, "%.*s", (int)bytes, line);
    return true;
}

/* True: the line is one of ours. */
static bool take_line(const char *line, struct settings *settings)
{
    char flags[SETTINGS_TEXT_BYTES];
    if (take_text(line, "verifier", flags)) {
        settings->flags = strcmp(flags, "standard") == 0 ? VERIFIER_FLAGS_STANDARD
                                                         : (uint32_t)strtoul(flags, NULL, 0);
        return true;
    }
    if (take_text(line, "drivers", settings->drivers) ||
        take_text(line, "low_resources", settings->low_resources))
        return true;
    if (strncmp(line, BOOTS_LINE, strlen(BOOTS_LINE)) == 0) {
        settings->boots = (unsigned)strtoul(line + strlen(BOOTS_LINE), NULL, 10);
        return true;
    }
    if (strncmp(line, MODE_LINE, strlen(MODE_LINE)) != 0)
        return false;
    for (unsigned i = 0; i < sizeof mode_words / sizeof mode_words[0]; i++)
        if (strcmp(line + strlen(MODE_LINE), mode_words[i]) == 0)
            settings->boot_mode = (enum boot_mode)i;
    return true;
}

/* Calls for every line of the file; `others` gets those that are not ours. False after one line. */
static bool read_lines(const char *path, struct settings *settings, FILE *others)
{
    char line[LINE_BYTES];
    FILE *file = config_open(path);
    if (file == NULL && (errno == ENOENT || errno == ENOTDIR))
        return true;
    if (file == NULL) {
        say("the settings in %s: %s", path, strerror(errno));
        return false;
    }
    while (fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, "\r\n")] = 0;
        if (!take_line(line, settings) && others != NULL)
            (void)fprintf(others, "%s\n", line);
    }
    (void)fclose(file);
    return true;
}

bool settings_read(struct settings *settings)
{
    *settings = (struct settings){0};
    return read_lines(config_path(), settings, NULL);
}

/* The folders above the file. */
static void make_folders(const char *path)
{
    char folder[PROGRAM_PATH_BYTES];
    (void)snprintf(folder, sizeof folder, "%s", path);
    for (char *slash = strchr(folder + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = 0;
        (void)mkdir(folder, FOLDER_MODE);
        *slash = '/';
    }
}

static void write_lines(const struct settings *settings, FILE *file)
{
    if (settings->flags != 0)
        (void)fprintf(file, "verifier=0x%x\n", settings->flags);
    if (settings->drivers[0] != 0)
        (void)fprintf(file, "drivers='%s'\n", settings->drivers);
    if (settings->low_resources[0] != 0)
        (void)fprintf(file, "low_resources='%s'\n", settings->low_resources);
    if (settings->boot_mode != BOOT_PERSISTENT)
        (void)fprintf(file, MODE_LINE "%s\n", mode_words[settings->boot_mode]);
    if (settings->boots != 0)
        (void)fprintf(file, BOOTS_LINE "%u\n", settings->boots);
}

bool settings_write(const struct settings *settings)
{
    const char *path = config_path();
    char made[PROGRAM_PATH_BYTES + 16];
    struct settings old = {0};
    if (*path == 0) {
        say("no place for settings: neither EXPOOL_CONFIG nor HOME is set");
        return false;
    }
    make_folders(path);
    (void)snprintf(made, sizeof made, "%s.%d", path, getpid());
    FILE *file = fopen(made, "wxe");
    bool is_written = file != NULL && read_lines(path, &old, file);
    if (is_written)
        write_lines(settings, file);
    if (file != NULL)
        is_written = fclose(file) == 0 && is_written;
    if (is_written && rename(made, path) == 0)
        return true;
    say("cannot write the settings to %s: %s", path, strerror(errno));
    (void)unlink(made);
    return false;
}

static bool is_over(struct settings *settings, bool is_started, bool is_unusual)
{
    switch (settings->boot_mode) {
    case BOOT_ONE: return true;
    case BOOT_RESET_ON_FAILURE: return !is_started;
    case BOOT_RESET_ON_UNUSUAL: return is_unusual || settings->boots == 1;
    case BOOT_PERSISTENT: break;
    }
    return false;
}

void settings_after_run(bool is_started, bool is_unusual)
{
    struct settings settings;
    if (!settings_read(&settings))
        return;
    if (is_over(&settings, is_started, is_unusual))
        (void)settings_write(&(struct settings){0});
    else if (settings.boots > 1) {
        settings.boots--;
        (void)settings_write(&settings);
    }
}
