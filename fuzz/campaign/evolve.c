#include "fuzz/campaign/evolve.h"

#include "fuzz/campaign/build.h"
#include "fuzz/campaign/child.h"
#include "fuzz/campaign/corpus.h"
#include "fuzz/campaign/words.h"

#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MERGE_SECONDS = 1800, ZIP_SECONDS = 60 };

/* One input of the merged set. */
struct input {
    char *path;
    long bytes;
    bool has_edges; /* that no smaller set shows */
};

struct inputs {
    glob_t found;
    struct input *at; /* the largest first, those with edges behind the others */
    size_t count;
};

static int by_size(const void *one, const void *other)
{
    const struct input *a = one;
    const struct input *b = other;
    if (a->has_edges != b->has_edges)
        return a->has_edges ? 1 : -1;
    if (a->bytes != b->bytes)
        return a->bytes < b->bytes ? 1 : -1;
    return strcmp(a->path, b->path);
}

/* The first round's inputs are in a folder of their own, too. */
static bool is_in(const char *folder, const char *path)
{
    char other[PATH_BYTES];
    words_put(other, sizeof other, "%s-edges%s", folder, strrchr(path, '/'));
    return access(other, F_OK) == 0;
}

static bool list(struct inputs *inputs, const char *folder)
{
    char pattern[PATH_BYTES];
    words_put(pattern, sizeof pattern, "%s/*", folder);
    *inputs = (struct inputs){0};
    if (glob(pattern, 0, NULL, &inputs->found) != 0)
        return false;
    inputs->count = inputs->found.gl_pathc;
    inputs->at = calloc(inputs->count, sizeof *inputs->at);
    for (size_t i = 0; inputs->at != NULL && i < inputs->count; i++) {
        struct stat status = {0};
        inputs->at[i].path = inputs->found.gl_pathv[i];
        inputs->at[i].bytes = stat(inputs->at[i].path, &status) == 0 ? status.st_size : 0;
        inputs->at[i].has_edges = is_in(folder, inputs->at[i].path);
    }
    if (inputs->at != NULL)
        qsort(inputs->at, inputs->count, sizeof *inputs->at, by_size);
    return inputs->at != NULL;
}

static void forget(struct inputs *inputs)
{
    globfree(&inputs->found);
    free(inputs->at);
}

/* Removes the largest until so many are left. */
static void leave(struct inputs *inputs, size_t wanted)
{
    size_t surplus = inputs->count > wanted ? inputs->count - wanted : 0;
    for (size_t i = 0; i < surplus; i++)
        unlink(inputs->at[i].path);
    memmove(inputs->at, inputs->at + surplus, (inputs->count - surplus) * sizeof *inputs->at);
    inputs->count -= surplus;
}

static bool run(const char *const *words, const char *log, unsigned seconds)
{
    int status =
        child_run(&(struct child_run){.begin = {.words = words, .log = log}, .seconds = seconds});
    if (status != 0)
        fprintf(stderr, "fuzz: '%s' ended with %d, what it said is in %s\n", words[0], status, log);
    return status == 0;
}

/* A round adds to the folder the fewest inputs that show what is not shown yet: the edges first,
 * which a few dozen inputs have, then how often each was run. */
static bool minimise(const struct settings *settings, const char *target, const char *folder)
{
    static const char script[] =
        "rm -rf \"$1\" \"$1-edges\" && mkdir \"$1\" && "
        "\"$2\" -set_cover_merge=1 -use_counters=0 -timeout=10 \"$1\" \"$3\" && "
        "cp -r \"$1\" \"$1-edges\" && "
        "\"$2\" -set_cover_merge=1 -timeout=10 \"$1\" \"$3\"";
    char program[PATH_BYTES];
    char corpus[PATH_BYTES];
    char log[PATH_BYTES];
    const char *const words[] = {"bash", "-c", script, "minimise", folder, program, corpus, NULL};
    build_program(settings, BUILD_PLAIN, target, program);
    corpus_path(settings, target, corpus);
    words_put(log, sizeof log, "%s/fuzz-work/evolve-%s.log", settings->folder, target);
    return run(words, log, MERGE_SECONDS);
}

/* Same inputs, same bytes: sorted, without times and owners. */
static bool pack(const char *folder, const char *archive, const char *log)
{
    static const char script[] =
        "cd \"$1\" && touch -d 2000-01-01T00:00:00Z -- * && rm -f \"$2\" && "
        "printf '%s\\n' * | LC_ALL=C sort | TZ=UTC zip -9qX \"$2\" -@";
    const char *const words[] = {"bash", "-c", script, "pack", folder, archive, NULL};
    return run(words, log, ZIP_SECONDS);
}

static long size_of(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 ? status.st_size : 0;
}

/* Packs, and leaves more out while the archive is too large. */
static bool pack_within(struct inputs *inputs, const char *folder, const char *archive)
{
    char log[PATH_BYTES];
    words_put(log, sizeof log, "%s.log", folder);
    leave(inputs, EVOLVED_FILES_MAX);
    while (pack(folder, archive, log)) {
        if (size_of(archive) <= EVOLVED_BYTES_MAX)
            return true;
        leave(inputs, inputs->count * 9 / 10);
    }
    return false;
}

static bool evolve_one(const struct settings *settings, const char *target)
{
    struct inputs inputs;
    char folder[PATH_BYTES];
    char corpus[PATH_BYTES];
    char archive[PATH_BYTES];
    char here[PATH_BYTES / 2];
    words_put(folder, sizeof folder, "%s/fuzz-work/evolve-%s", settings->folder, target);
    corpus_path(settings, target, corpus);
    if (getcwd(here, sizeof here) == NULL || !corpus_fill(settings, target, corpus) ||
        !minimise(settings, target, folder))
        return false;
    words_put(archive, sizeof archive, "%s/corpus/evolved/%s.zip", here, target);
    if (!list(&inputs, folder)) {
        fprintf(stderr, "fuzz: %s: nothing was grown yet\n", target);
        return false;
    }
    size_t found = inputs.count;
    bool is_packed = pack_within(&inputs, folder, archive);
    printf("%s: %u inputs, %zu show all of it, %zu packed in %ld bytes: corpus/evolved/%s.zip\n",
           target, corpus_count(settings, target), found, inputs.count, size_of(archive), target);
    forget(&inputs);
    return is_packed;
}

bool evolve(const struct settings *settings)
{
    if (mkdir("corpus/evolved", 0777) != 0 && errno != EEXIST) {
        fprintf(stderr, "fuzz: corpus/evolved: %s\n", strerror(errno));
        return false;
    }
    if (!corpus_prepare(settings))
        return false;
    for (unsigned i = 0; i < settings->target_count; i++)
        if (!evolve_one(settings, settings->targets[i]))
            return false;
    return true;
}
