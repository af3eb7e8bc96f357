#include "bench/subjects.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LIBRARY(file)                                                                              \
    "/usr/lib/*/" file ":/usr/lib/" file ":/usr/lib64/" file ":/usr/local/lib/" file

struct subject subjects[SUBJECT_COUNT] = {
    [SUBJECT_EXPOOL] = {"expool", KIND_OURS, "bench_expool", NULL, NULL, "build.sh", "", false},
    [SUBJECT_UNSEALED] = {"expool-unsealed", KIND_OURS, "bench_expool",
                          "EXPOOL_OPTIONS=seal=off:tag_stats=off", NULL,
                          "options seal and tag_stats, which this build refuses", "", false},
    [SUBJECT_SHARED] = {"expool-so", KIND_OURS, "bench_expool_so", NULL, NULL, "build.sh", "",
                        false},
    [SUBJECT_GLIBC] = {"glibc", KIND_FAST, "bench_malloc", NULL, NULL, "libc6", "", false},
    [SUBJECT_JEMALLOC] = {"jemalloc", KIND_FAST, "bench_malloc", NULL, LIBRARY("libjemalloc.so.2"),
                          "package libjemalloc2", "", false},
    [SUBJECT_MIMALLOC] = {"mimalloc", KIND_FAST, "bench_malloc", NULL, LIBRARY("libmimalloc.so.2"),
                          "package libmimalloc2.0", "", false},
    [SUBJECT_TCMALLOC] = {"tcmalloc", KIND_FAST, "bench_malloc", NULL,
                          LIBRARY("libtcmalloc_minimal.so.4"), "package libtcmalloc-minimal4", "",
                          false},
    [SUBJECT_SCUDO] =
        {"scudo", KIND_HARDENED, "bench_malloc", NULL,
         "/usr/lib/llvm-*/lib/clang/*/lib/linux/libclang_rt.scudo_standalone-x86_64.so:"
         "/usr/lib/llvm-*/lib/clang/*/lib/linux/libclang_rt.scudo_standalone-aarch64.so",
         "package libclang-rt-14-dev", "", false},
    [SUBJECT_GLIBC_CHECK] = {"glibc-check", KIND_HARDENED, "bench_malloc", "MALLOC_CHECK_=3",
                             LIBRARY("libc_malloc_debug.so.0"), "libc6 2.34 or later", "", false},
    [SUBJECT_HARDENED] = {"hardened_malloc", KIND_HARDENED, "bench_malloc", NULL,
                          LIBRARY("libhardened_malloc.so"),
                          "no package in Debian 12; EXPOOL_BENCH_HARDENED=/path/to/it.so", "",
                          false},
};

/* The first file that matches one of the patterns. */
static bool find_library(const char *patterns, char found[SUBJECT_PATH_MAX])
{
    char list[SUBJECT_PATH_MAX];
    char *rest = NULL;
    snprintf(list, sizeof list, "%s", patterns);
    for (char *one = strtok_r(list, ":", &rest); one; one = strtok_r(NULL, ":", &rest)) {
        glob_t matches;
        bool any = glob(one, 0, NULL, &matches) == 0 && matches.gl_pathc > 0;
        if (any)
            snprintf(found, SUBJECT_PATH_MAX, "%s", matches.gl_pathv[0]);
        globfree(&matches);
        if (any)
            return true;
    }
    return false;
}

unsigned subjects_look(const char *folder)
{
    unsigned count = 0;
    const char *hardened = getenv("EXPOOL_BENCH_HARDENED");
    if (hardened)
        subjects[SUBJECT_HARDENED].libraries = hardened;
    for (unsigned i = 0; i < SUBJECT_COUNT; i++) {
        char program[SUBJECT_PATH_MAX];
        struct subject *subject = &subjects[i];
        snprintf(program, sizeof program, "%s/%s", folder, subject->program);
        subject->is_there =
            access(program, X_OK) == 0 &&
            (!subject->libraries || find_library(subject->libraries, subject->library));
        count += subject->is_there;
    }
    return count;
}

void subjects_name_missing(void)
{
    for (unsigned i = 0; i < SUBJECT_COUNT; i++)
        if (!subjects[i].is_there)
            printf("not measured: %s (%s)\n", subjects[i].word, subjects[i].origin);
}

int subject_find(const char *word)
{
    for (int i = 0; i < SUBJECT_COUNT; i++)
        if (strcmp(subjects[i].word, word) == 0)
            return i;
    return -1;
}
