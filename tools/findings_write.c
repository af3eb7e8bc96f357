/* findings_write.c - which formats there are, and where each goes. */
#include "tools/findings.h"
#include "tools/nearest.h"
#include "tools/say.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_BYTES = 4096, WORD_BYTES = 32, FILE_MODE = 0666 };

static findings_make make_record;

static const struct format {
    const char *name;
    const char *extension;
    findings_make *make;
    bool is_for_stderr; /* stdout stays the program's */
} formats[] = {
    {"text", "txt", findings_make_text, false},     {"json", "json", findings_make_json, false},
    {"sarif", "sarif", findings_make_sarif, false}, {"junit", "xml", findings_make_junit, false},
    {"github", "", findings_make_github, true},     {"record", "rec", make_record, false},
};

enum { FORMAT_COUNT = sizeof formats / sizeof formats[0] };

bool findings_make_text(const struct findings *findings, FILE *file)
{
    for (size_t i = 0; i < findings->count; i++)
        (void)fprintf(file, "%s%s", i > 0 ? "\n" : "",
                      record_text(findings->records[i], findings->records[i]->text));
    return ferror(file) == 0;
}

/* As the processes wrote them: several runs become one report by `expool report *.rec`. */
static bool make_record(const struct findings *findings, FILE *file)
{
    for (size_t i = 0; i < findings->count; i++)
        (void)fwrite(findings->records[i], findings->records[i]->bytes, 1, file);
    return ferror(file) == 0;
}

static const struct format *format_find(const char *word)
{
    for (size_t i = 0; i < FORMAT_COUNT; i++)
        if (strcmp(formats[i].name, word) == 0)
            return &formats[i];
    return NULL;
}

/* Takes "json" off "json,sarif"; false behind the last. */
static bool next_word(const char **list, char word[WORD_BYTES])
{
    while (**list == ',')
        ++*list;
    size_t length = strcspn(*list, ",");
    (void)snprintf(word, WORD_BYTES, "%.*s", (int)length, *list);
    *list += length;
    return length > 0;
}

bool findings_formats_known(const char *list)
{
    char word[WORD_BYTES];
    if (list[strspn(list, ",")] == 0) {
        say("which format? text json sarif junit github record");
        return false;
    }
    while (next_word(&list, word)) {
        struct nearest nearest = {.typed = word};
        if (format_find(word) != NULL)
            continue;
        for (size_t i = 0; i < FORMAT_COUNT; i++)
            nearest_offer(&nearest, formats[i].name);
        say("no format '%s'%s (text json sarif junit github record)", word,
            nearest_hint(&nearest, ""));
        return false;
    }
    return true;
}

bool findings_write_file(const char *path, bool is_forced,
                         bool (*make)(const void *context, FILE *file), const void *context)
{
    int flags = O_WRONLY | O_CREAT | O_CLOEXEC | (is_forced ? O_TRUNC : O_EXCL);
    int descriptor = open(path, flags, FILE_MODE);
    FILE *file = descriptor < 0 ? NULL : fdopen(descriptor, "w");
    if (file == NULL) {
        say("%s: %s%s", path, strerror(errno), errno == EEXIST ? " (--force overwrites it)" : "");
        return false;
    }
    bool is_made = make(context, file);
    bool is_written = fclose(file) == 0 && is_made;
    if (!is_written)
        say("%s: cannot be written: %s", path, strerror(errno));
    return is_written;
}

struct making {
    const struct findings *findings;
    const struct format *format;
};

static bool make_format(const void *context, FILE *file)
{
    const struct making *making = context;
    return making->format->make(making->findings, file);
}

static void name_file(const struct findings *findings, const struct format *format, char *path)
{
    if (findings->count == 0)
        (void)snprintf(path, PATH_BYTES, "expool.%s", format->extension);
    else
        (void)snprintf(path, PATH_BYTES, "expool.%s.%u.%s", record_program(findings->records[0]),
                       findings->records[0]->process, format->extension);
}

static void path_of(const struct findings_output *output, const struct format *format,
                    bool is_alone, char *path)
{
    (void)snprintf(path, PATH_BYTES, "%s%s%s", output->path, is_alone ? "" : ".",
                   is_alone ? "" : format->extension);
}

static bool write_format(const struct findings *findings, const struct format *format,
                         const struct findings_output *output, bool is_alone)
{
    char path[PATH_BYTES];
    if (format->is_for_stderr)
        return format->make(findings, stderr);
    if (output->path == NULL && is_alone && !output->is_named)
        return format->make(findings, stdout) && fflush(stdout) == 0;
    if (output->path == NULL)
        name_file(findings, format, path);
    else
        path_of(output, format, is_alone, path);
    const struct making making = {findings, format};
    bool is_written =
        findings_write_file(path, output->is_forced || output->path == NULL, make_format, &making);
    if (is_written && output->path == NULL)
        say("%s written", path);
    return is_written;
}

/* The processes of `expool run` have written the text already. */
static bool is_wanted(const struct format *format, const struct findings_output *output)
{
    return !output->is_named || format->make != findings_make_text;
}

/* 0, or why a file of that name cannot be written; without making it. */
static int why_not(const char *path, bool is_forced)
{
    struct stat there;
    char folder[PATH_BYTES];
    if (stat(path, &there) == 0) {
        if (S_ISDIR(there.st_mode))
            return EISDIR;
        if (!is_forced)
            return EEXIST;
        return access(path, W_OK) == 0 ? 0 : errno;
    }
    const char *slash = strrchr(path, '/');
    if (slash == NULL)
        (void)snprintf(folder, sizeof folder, ".");
    else
        (void)snprintf(folder, sizeof folder, "%.*s", (int)(slash - path) + 1, path);
    return access(folder, W_OK | X_OK) == 0 ? 0 : errno;
}

/* Which of them go to files, and how many. */
static bool is_filed(const struct format *format, const struct findings_output *output)
{
    return is_wanted(format, output) && !format->is_for_stderr;
}

static unsigned count_files(const char *list, const struct findings_output *output)
{
    char word[WORD_BYTES];
    unsigned files = 0;
    while (next_word(&list, word))
        files += is_filed(format_find(word), output);
    return files;
}

bool findings_can_make(const char *path, bool is_forced)
{
    int error = why_not(path, is_forced);
    if (error != 0)
        say("%s: %s%s", path, strerror(error), error == EEXIST ? " (--force overwrites it)" : "");
    return error == 0;
}

bool findings_can_write(const char *list, const struct findings_output *output)
{
    char word[WORD_BYTES];
    unsigned files = count_files(list, output);
    bool is_alone = files == 1;
    if (files == 0 && output->path != NULL) {
        say("-o %s: %s goes to no file", output->path, list);
        return false;
    }
    while (next_word(&list, word)) {
        char path[PATH_BYTES];
        const struct format *format = format_find(word);
        if (!is_filed(format, output))
            continue;
        if (output->path == NULL)
            (void)snprintf(path, sizeof path, "expool.%s", format->extension);
        else
            path_of(output, format, is_alone, path);
        if (!findings_can_make(path, output->is_forced || output->path == NULL))
            return false;
    }
    return true;
}

bool findings_write(const struct findings *findings, const char *list,
                    const struct findings_output *output)
{
    char word[WORD_BYTES];
    unsigned files = count_files(list, output);
    bool is_written = true;
    while (next_word(&list, word)) {
        const struct format *format = format_find(word);
        if (is_wanted(format, output))
            is_written = write_format(findings, format, output, files == 1) && is_written;
    }
    return is_written;
}
