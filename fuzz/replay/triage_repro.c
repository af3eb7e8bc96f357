#include "fuzz/replay/triage_repro.h"

#include "fuzz/replay/emit.h"
#include "fuzz/replay/library.h"
#include "fuzz/replay/spawn.h"

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATH_BYTES = 4096 + 64, SAID_BYTES = 1 << 18 };

static char said[SAID_BYTES];

static bool write_c(const char *path, const struct replay_input *input,
                    const struct triage_meta *meta, struct emitted *emitted)
{
    FILE *file = fopen(path, "w");
    if (file == NULL) {
        emitted->gap = "repro.c cannot be written";
        return false;
    }
    *emitted = emit_c(input, meta->key, meta->turns, EMIT_PROGRAM, file);
    if (fclose(file) != 0)
        emitted->gap = "repro.c cannot be written";
    if (emitted->gap != NULL)
        (void)unlink(path);
    return emitted->gap == NULL;
}

/* With the library beside this program, or the one the environment names. */
static bool compile(const char *source, const char *program, const char **why)
{
    const char *library = library_archive();
    char include[PATH_BYTES];
    (void)snprintf(include, sizeof include, "-I%s", library_headers());
    if (library == NULL) {
        *why = "no libexpool.a to link it with: EXPOOL_LIBRARY names none that can be read";
        return false;
    }
    const char *const words[] = {"gcc", "-g",    include,     source, library,
                                 "-o",  program, "-lpthread", NULL};
    int status = spawn_and_read(words, said, sizeof said, true);
    if (status != 0) {
        (void)fprintf(stderr, "%s", said);
        *why = "gcc refuses it";
    }
    return status == 0;
}

static void write_report(const char *path, const char *program)
{
    const char *const words[] = {program, "stop", NULL};
    FILE *file = fopen(path, "w");
    (void)spawn_and_read(words, said, sizeof said, true);
    if (file == NULL)
        return;
    (void)fputs(said, file);
    (void)fclose(file);
}

/* It has to end as the program did: say that it comes again, or die of the same. */
static enum form_outcome judge(int status, int wanted)
{
    if (status < 0)
        return FORM_NONE;
    if (wanted == 0)
        return WIFEXITED(status) && WEXITSTATUS(status) == 1 ? FORM_REPRODUCES : FORM_SILENT;
    if (WIFSIGNALED(wanted))
        return WIFSIGNALED(status) ? FORM_REPRODUCES : FORM_SILENT;
    return status == wanted || WIFSIGNALED(status) ? FORM_REPRODUCES : FORM_SILENT;
}

enum form_outcome triage_repro(const char *folder, const struct replay_input *input,
                               struct triage_meta *meta)
{
    char source[PATH_BYTES];
    char program[PATH_BYTES];
    char report[PATH_BYTES];
    struct emitted emitted;
    (void)snprintf(source, sizeof source, "%s/repro.c", folder);
    (void)snprintf(program, sizeof program, "%s/repro", folder);
    (void)snprintf(report, sizeof report, "%s/report.txt", folder);
    if (!write_c(source, input, meta, &emitted)) {
        meta->without = emitted.gap;
        return FORM_NONE;
    }
    if (!compile(source, program, &meta->without))
        return FORM_NONE;
    const char *const words[] = {program, NULL};
    int status = spawn_and_read(words, said, sizeof said, true);
    write_report(report, program);
    (void)unlink(program);
    return judge(status, emitted.status);
}
