#include "bench/subject.h"

#include "bench/os_process.h"

#include <glob.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The first file that matches one of the patterns. */
static bool find_library(const char *patterns, const char *folder, char found[SUBJECT_PATH_MAX])
{
    char list[SUBJECT_PATH_MAX];
    char path[2 * SUBJECT_PATH_MAX];
    char *rest = NULL;
    snprintf(list, sizeof list, "%s", patterns);
    for (char *one = strtok_r(list, ":", &rest); one; one = strtok_r(NULL, ":", &rest)) {
        glob_t matches;
        bool is_ours = strncmp(one, "./", 2) == 0;
        snprintf(path, sizeof path, "%s%s%s", is_ours ? folder : "", is_ours ? "/" : "",
                 is_ours ? one + 2 : one);
        bool any = glob(path, 0, NULL, &matches) == 0 && matches.gl_pathc > 0;
        if (any)
            snprintf(found, SUBJECT_PATH_MAX, "%s", matches.gl_pathv[0]);
        globfree(&matches);
        if (any)
            return true;
    }
    return false;
}

static bool has_tool(const char *tool)
{
    char path[SUBJECT_PATH_MAX];
    snprintf(path, sizeof path, "%.*s", (int)strcspn(tool, " "), tool);
    return access(path, X_OK) == 0;
}

void subject_look(struct subject *subject, const char *folder)
{
    char program[SUBJECT_PATH_MAX];
    snprintf(program, sizeof program, "%s/%s", folder, subject->program);
    subject->is_there =
        access(program, X_OK) == 0 && (!subject->tool || has_tool(subject->tool)) &&
        (!subject->libraries || find_library(subject->libraries, folder, subject->library));
}

void subject_command(const struct subject *subject, const char *folder, const char *const *words,
                     struct subject_run *run, struct process *process)
{
    unsigned count = 0;
    char *rest = NULL;
    snprintf(run->tool, sizeof run->tool, "%s", subject->tool ? subject->tool : "");
    for (char *one = strtok_r(run->tool, " ", &rest); one && count < SUBJECT_WORDS_MAX;
         one = strtok_r(NULL, " ", &rest))
        run->words[count++] = one;
    snprintf(run->program, sizeof run->program, "%s/%s", folder, subject->program);
    run->words[count++] = run->program;
    for (unsigned i = 0; words[i] && i + 1 < SUBJECT_WORDS_MAX; i++)
        run->words[count++] = words[i];
    run->words[count] = NULL;
    snprintf(run->preload, sizeof run->preload, "%s%s%s",
             subject->handed_as ? subject->handed_as : "LD_PRELOAD", subject->library[0] ? "=" : "",
             subject->library);
    const char *const environment[] = {"EXPOOL_OPTIONS", "GLIBC_TUNABLES", run->preload,
                                       subject->environment, NULL};
    memcpy(run->environment, environment, sizeof environment);
    process->words = run->words;
    process->environment = run->environment;
}
