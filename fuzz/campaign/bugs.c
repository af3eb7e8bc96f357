#include "fuzz/campaign/bugs.h"

#include "fuzz/campaign/child.h"
#include "fuzz/campaign/words.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { TRIAGE_SECONDS = 60, TRIAGE_SECONDS_ALL = 120, TIME_IS_UP = 124 };

bool bugs_add(struct bugs *bugs, const struct bug *bug)
{
    for (unsigned i = 0; i < bugs->count; i++)
        if (strcmp(bugs->at[i].key, bug->key) == 0) {
            bugs->at[i].times++;
            return false;
        }
    if (bugs->count == BUGS_MAX) {
        bugs->lost++;
        return false;
    }
    bugs->at[bugs->count] = *bug;
    bugs->at[bugs->count++].times = 1;
    return true;
}

bool bugs_write_known(const struct bugs *bugs, const char *path)
{
    FILE *file = fopen(path, "we");
    if (file == NULL)
        return false;
    for (unsigned i = 0; i < bugs->count; i++)
        fprintf(file, "%s\n", bugs->at[i].key);
    return fclose(file) == 0;
}

static void keep_line(const char *line, void *context)
{
    if (line[0] != 0)
        words_put(context, PATH_BYTES, "%s", line);
}

static void triage(struct bug *bug, const struct settings *settings)
{
    char program[PATH_BYTES];
    char sanitized[PATH_BYTES];
    char into[PATH_BYTES];
    char last[PATH_BYTES] = "it said nothing";
    const char *words[12] = {program, "--triage", "--into",    into,
                             "--log", bug->log,   "--history", bug->history};
    unsigned count = 8;
    words_put(program, sizeof program, "%s/dev/fuzz/replay_%s", settings->folder, bug->target);
    words_put(sanitized, sizeof sanitized, "%s/asan/fuzz/replay_%s", settings->folder, bug->target);
    words_put(into, sizeof into, "%s/fuzz-crashes", settings->folder);
    if (access(program, X_OK) != 0)
        return;
    if (bug->input[0] != 0)
        words[count++] = bug->input;
    if (access(sanitized, X_OK) == 0) {
        words[count++] = "--also";
        words[count] = sanitized;
    }
    int status = child_run(&(struct child_run){
        .begin = {.words = words}, .seconds = TRIAGE_SECONDS, .take = keep_line, .context = last});
    bool has_folder = status == 0 && strncmp(last, into, strlen(into)) == 0;
    words_put(bug->folder, sizeof bug->folder, "%s", has_folder ? last : "");
    if (status == TIME_IS_UP)
        words_put(
            bug->note, sizeof bug->note,
            "no folder was made of it: that took more than %d s; again: %s --triage --into %s %s",
            TRIAGE_SECONDS, program, into, bug->input);
    else if (!has_folder)
        words_put(bug->note, sizeof bug->note, "no folder was made of it: %.200s", last);
}

void bugs_triage(struct bugs *bugs, const struct settings *settings)
{
    time_t until = time(NULL) + TRIAGE_SECONDS_ALL;
    for (unsigned i = 0; i < bugs->count; i++)
        if (time(NULL) < until)
            triage(&bugs->at[i], settings);
        else
            words_put(bugs->at[i].note, sizeof bugs->at[i].note,
                      "no folder was made of it: there are too many");
}
