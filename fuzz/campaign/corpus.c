#include "fuzz/campaign/corpus.h"

#include "fuzz/campaign/build.h"
#include "fuzz/campaign/child.h"
#include "fuzz/campaign/words.h"

#include <dirent.h>
#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { CONVERT_SECONDS = 20, UNPACK_SECONDS = 60, COMPARE_BYTES = 4096 };

static const char *const folders[] = {"fuzz", "fuzz-corpus", "fuzz-work", "fuzz-crashes"};

void corpus_path(const struct settings *settings, const char *target, char *path)
{
    words_put(path, PATH_BYTES, "%s/fuzz-corpus/%s", settings->folder, target);
}

static bool refuse(const char *path)
{
    fprintf(stderr, "fuzz: %s: %s\n", path, strerror(errno));
    return false;
}

static bool make_folder(const char *path)
{
    if (mkdir(path, 0777) != 0 && errno != EEXIST)
        return refuse(path);
    return access(path, W_OK | X_OK) == 0 || refuse(path);
}

/* "build/fuzz-corpus" becomes "build/fuzz-corpus.20261121-235959": what took hours is kept. */
static bool put_aside(const char *path)
{
    char aside[PATH_BYTES];
    char when[32];
    struct tm parts;
    time_t now = time(NULL);
    if (access(path, F_OK) != 0)
        return true;
    strftime(when, sizeof when, "%Y%m%d-%H%M%S", localtime_r(&now, &parts));
    words_put(aside, sizeof aside, "%s.%s", path, when);
    if (rename(path, aside) != 0)
        return refuse(path);
    fprintf(stderr, "fuzz: the corpus of earlier runs is now %s\n", aside);
    return true;
}

bool corpus_prepare(const struct settings *settings)
{
    char path[PATH_BYTES];
    if (!make_folder(settings->folder))
        return false;
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        words_put(path, sizeof path, "%s/%s", settings->folder, folders[i]);
        if (i == 1 && settings->is_fresh && !put_aside(path))
            return false;
        if (!make_folder(path))
            return false;
    }
    for (unsigned i = 0; i < settings->target_count; i++) {
        corpus_path(settings, settings->targets[i], path);
        if (!make_folder(path))
            return false;
    }
    return true;
}

/* Modified after what was made of it, or nothing was. */
static bool is_newer(const char *seed, const char *made)
{
    struct stat one;
    struct stat two;
    if (stat(seed, &one) != 0)
        return false;
    return stat(made, &two) != 0 || one.st_mtim.tv_sec > two.st_mtim.tv_sec;
}

/* The name a seed has in a corpus: its path with dashes. */
static void seed_name(const char *seed, char *name)
{
    size_t length = strlen(seed) - strlen(".txt");
    words_put(name, PATH_BYTES, "%.*s", (int)length, seed);
    for (char *letter = name; *letter != 0; letter++)
        if (*letter == '/')
            *letter = '-';
}

static void keep_line(const char *line, void *context)
{
    words_put(context, PATH_BYTES, "%s", line);
}

/* One text as bytes; the replay program of the target knows how. A target of bytes reads texts. */
static bool convert(const char *replay, bool is_text, const char *seed, const char *corpus)
{
    char name[PATH_BYTES];
    char path[2 * PATH_BYTES];
    char said[PATH_BYTES] = "no answer";
    seed_name(seed, name);
    words_put(path, sizeof path, "%s/%s", corpus, name);
    if (!is_newer(seed, path))
        return true;
    const char *const copy[] = {"cp", seed, path, NULL};
    const char *const words[] = {replay, "--convert", seed, path, NULL};
    int status = child_run(&(struct child_run){.begin = {.words = is_text ? copy : words},
                                               .seconds = CONVERT_SECONDS,
                                               .take = keep_line,
                                               .context = said});
    if (status != 0)
        fprintf(stderr, "fuzz: seed %s: %s\n", seed, said);
    return status == 0;
}

static bool takes_programs(const char *replay)
{
    char said[PATH_BYTES] = "";
    const char *const words[] = {replay, "--kind", NULL};
    int status = child_run(&(struct child_run){
        .begin = {.words = words}, .seconds = CONVERT_SECONDS, .take = keep_line, .context = said});
    return status != 0 || strcmp(said, "bytes") != 0;
}

static bool convert_seeds(const struct settings *settings, const char *target, const char *corpus)
{
    static const char *const patterns[] = {"corpus/seeds/*/*.txt", "corpus/regressions/*.txt",
                                           "corpus/regressions/*/*.txt"};
    char replay[PATH_BYTES];
    glob_t seeds;
    bool is_done = true;
    words_put(replay, sizeof replay, "%s/dev/fuzz/replay_%s", settings->folder, target);
    if (access(replay, X_OK) != 0)
        return true; /* no access: a folder of fuzzers alone */
    bool is_text = !takes_programs(replay);
    for (size_t i = 0; is_done && i < sizeof patterns / sizeof patterns[0]; i++) {
        if (glob(patterns[i], 0, NULL, &seeds) != 0)
            continue;
        for (size_t j = 0; is_done && j < seeds.gl_pathc; j++)
            is_done = convert(replay, is_text, seeds.gl_pathv[j], corpus);
        globfree(&seeds);
    }
    return is_done;
}

/* What an earlier campaign ended with and somebody committed. */
static bool unpack_evolved(const char *target, const char *corpus)
{
    char archive[PATH_BYTES];
    char said[PATH_BYTES] = "apt-get install unzip";
    const char *const words[] = {"unzip", "-nq", archive, "-d", corpus, NULL};
    words_put(archive, sizeof archive, "corpus/evolved/%s.zip", target);
    if (access(archive, R_OK) != 0)
        return true;
    int status = child_run(&(struct child_run){
        .begin = {.words = words}, .seconds = UNPACK_SECONDS, .take = keep_line, .context = said});
    if (status != 0)
        fprintf(stderr, "fuzz: %s cannot be unpacked: %s\n", archive, said);
    return status == 0;
}

bool corpus_fill(const struct settings *settings, const char *target, const char *corpus)
{
    return unpack_evolved(target, corpus) && convert_seeds(settings, target, corpus);
}

unsigned corpus_count(const struct settings *settings, const char *target)
{
    char corpus[PATH_BYTES];
    unsigned count = 0;
    corpus_path(settings, target, corpus);
    DIR *folder = opendir(corpus);
    for (struct dirent *entry; folder != NULL && (entry = readdir(folder)) != NULL;)
        count += entry->d_name[0] != '.';
    if (folder != NULL)
        closedir(folder);
    return count;
}

/* Links to the inputs of the others that came after the last time. */
static unsigned stage(const struct settings *settings, const char *target, const char *stamp)
{
    unsigned count = 0;
    char staging[PATH_BYTES];
    words_put(staging, sizeof staging, "%s/fuzz-work/import-%s", settings->folder, target);
    mkdir(staging, 0777);
    for (unsigned i = 0; i < settings->target_count; i++) {
        glob_t inputs;
        char pattern[PATH_BYTES];
        if (strcmp(settings->targets[i], target) == 0)
            continue;
        words_put(pattern, sizeof pattern, "%s/fuzz-corpus/%s/*", settings->folder,
                  settings->targets[i]);
        if (glob(pattern, 0, NULL, &inputs) != 0)
            continue;
        for (size_t j = 0; j < inputs.gl_pathc; j++) {
            char link_path[2 * PATH_BYTES];
            const char *name = strrchr(inputs.gl_pathv[j], '/') + 1;
            words_put(link_path, sizeof link_path, "%s/%s", staging, name);
            if (is_newer(inputs.gl_pathv[j], stamp) && link(inputs.gl_pathv[j], link_path) == 0)
                count++;
        }
        globfree(&inputs);
    }
    return count;
}

static void remove_staged(const char *staging)
{
    glob_t inputs;
    char pattern[PATH_BYTES + 2];
    words_put(pattern, sizeof pattern, "%s/*", staging);
    if (glob(pattern, 0, NULL, &inputs) == 0) {
        for (size_t i = 0; i < inputs.gl_pathc; i++)
            unlink(inputs.gl_pathv[i]);
        globfree(&inputs);
    }
    rmdir(staging);
}

bool corpus_import(const struct settings *settings, const char *target, unsigned seconds)
{
    char corpus[PATH_BYTES];
    char program[PATH_BYTES];
    char staging[PATH_BYTES];
    char stamp[PATH_BYTES];
    char log[PATH_BYTES];
    const char *const words[] = {program, "-merge=1", "-timeout=10", corpus, staging, NULL};
    corpus_path(settings, target, corpus);
    build_program(settings, settings->builds[0], target, program);
    words_put(staging, sizeof staging, "%s/fuzz-work/import-%s", settings->folder, target);
    words_put(stamp, sizeof stamp, "%s/fuzz-work/imported-%s", settings->folder, target);
    words_put(log, sizeof log, "%s/fuzz-work/import-%s.log", settings->folder, target);
    remove_staged(staging);
    int status = 0;
    unsigned before = corpus_count(settings, target);
    if (stage(settings, target, stamp) > 0) {
        status = child_run(
            &(struct child_run){.begin = {.words = words, .log = log}, .seconds = seconds});
        FILE *file = status == 0 ? fopen(stamp, "we") : NULL;
        if (file != NULL)
            fclose(file);
        unsigned more = corpus_count(settings, target) - before;
        if (more > 0)
            fprintf(stderr, "fuzz: %s begins with %u inputs of other targets, new to it\n", target,
                    more);
    }
    remove_staged(staging);
    return status == 0;
}

static bool is_same(const char *one, const char *other)
{
    char a[COMPARE_BYTES];
    char b[COMPARE_BYTES];
    struct stat first;
    struct stat second;
    if (stat(one, &first) != 0 || stat(other, &second) != 0 || first.st_size != second.st_size ||
        first.st_size > COMPARE_BYTES)
        return false;
    FILE *left = fopen(one, "rb");
    FILE *right = fopen(other, "rb");
    size_t length = left != NULL ? fread(a, 1, sizeof a, left) : 0;
    bool same =
        right != NULL && fread(b, 1, sizeof b, right) == length && memcmp(a, b, length) == 0;
    if (left != NULL)
        fclose(left);
    if (right != NULL)
        fclose(right);
    return same;
}

void corpus_remove(const char *corpus, const char *input)
{
    char path[2 * PATH_BYTES];
    DIR *folder = opendir(corpus);
    for (struct dirent *entry; folder != NULL && (entry = readdir(folder)) != NULL;) {
        words_put(path, sizeof path, "%s/%s", corpus, entry->d_name);
        if (entry->d_name[0] != '.' && is_same(path, input))
            unlink(path);
    }
    if (folder != NULL)
        closedir(folder);
}
