#include "bench/pool_suite.h"

#include <stdlib.h>

static const struct workload_row workloads[POOL_WORKLOADS] = {
#define WORKLOAD(word, function, group, unit, help) {word, group, unit, 0, help},
#include "bench/pool.def"
#undef WORKLOAD
};

static struct subject subjects[POOL_SUBJECTS] = {
    [SUBJECT_EXPOOL] = {.word = "expool", .program = "bench_expool", .origin = "build.sh"},
    [SUBJECT_UNSEALED] = {.word = "expool-unsealed",
                          .program = "bench_expool",
                          .environment = "EXPOOL_OPTIONS=seal=off:tag_stats=off",
                          .origin = "options seal and tag_stats, which this build refuses"},
    [SUBJECT_SHARED] = {.word = "expool-so", .program = "bench_expool_so", .origin = "build.sh"},
    [SUBJECT_GLIBC] = {.word = "glibc",
                       .kind = KIND_FAST,
                       .program = "bench_malloc",
                       .origin = "libc6"},
    [SUBJECT_JEMALLOC] = {.word = "jemalloc",
                          .kind = KIND_FAST,
                          .program = "bench_malloc",
                          .libraries = SYSTEM_LIBRARY("libjemalloc.so.2"),
                          .origin = "package libjemalloc2"},
    [SUBJECT_MIMALLOC] = {.word = "mimalloc",
                          .kind = KIND_FAST,
                          .program = "bench_malloc",
                          .libraries = SYSTEM_LIBRARY("libmimalloc.so.2"),
                          .origin = "package libmimalloc2.0"},
    [SUBJECT_TCMALLOC] = {.word = "tcmalloc",
                          .kind = KIND_FAST,
                          .program = "bench_malloc",
                          .libraries = SYSTEM_LIBRARY("libtcmalloc_minimal.so.4"),
                          .origin = "package libtcmalloc-minimal4"},
    [SUBJECT_SCUDO] = {.word = "scudo",
                       .kind = KIND_HARDENED,
                       .program = "bench_malloc",
                       .libraries = SCUDO_LIBRARY,
                       .origin = "package libclang-rt-14-dev"},
    [SUBJECT_GLIBC_CHECK] = {.word = "glibc-check",
                             .kind = KIND_HARDENED,
                             .program = "bench_malloc",
                             .environment = "MALLOC_CHECK_=3",
                             .libraries = SYSTEM_LIBRARY("libc_malloc_debug.so.0"),
                             .origin = "libc6 2.34 or later"},
    [SUBJECT_HARDENED] = {.word = "hardened_malloc",
                          .kind = KIND_HARDENED,
                          .program = "bench_malloc",
                          .libraries = SYSTEM_LIBRARY("libhardened_malloc.so"),
                          .origin =
                              "no package in Debian 12; EXPOOL_BENCH_HARDENED=/path/to/it.so"},
};

void pool_take_environment(void)
{
    const char *hardened = getenv("EXPOOL_BENCH_HARDENED");
    if (hardened)
        subjects[SUBJECT_HARDENED].libraries = hardened;
}

const struct suite suite_pool = {
    .word = "pool",
    .trial = "pair64",
    .workloads = workloads,
    .workload_count = POOL_WORKLOADS,
    .subjects = subjects,
    .subject_count = POOL_SUBJECTS,
    .beside = {SUBJECT_GLIBC, SUBJECT_JEMALLOC},
    .goals_title = "goals of expool, seals and tag counters on",
    .rounds = 5,
    .judge = pool_judge,
    .show_markdown = pool_show_markdown,
};
