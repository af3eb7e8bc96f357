/* pool_suite.h - `bench pool`: the pool in its three forms beside other allocators. */
#ifndef BENCH_POOL_SUITE_H
#define BENCH_POOL_SUITE_H

#include "bench/suite.h"

enum pool_workload {
#define WORKLOAD(word, function, group, unit, help) ID_##function,
#include "bench/pool.def"
#undef WORKLOAD
    POOL_WORKLOADS
};

enum pool_subject {
    SUBJECT_EXPOOL,
    SUBJECT_UNSEALED,
    SUBJECT_SHARED,
    SUBJECT_GLIBC,
    SUBJECT_JEMALLOC,
    SUBJECT_MIMALLOC,
    SUBJECT_TCMALLOC,
    SUBJECT_SCUDO,
    SUBJECT_GLIBC_CHECK,
    SUBJECT_HARDENED,
    POOL_SUBJECTS
};

extern const struct suite suite_pool;

/* The goal beside a workload's time x glibc, or its peak x glibc; 0: none. */
double pool_goal_time(enum pool_workload workload);
double pool_goal_peak(enum pool_workload workload);

unsigned pool_judge(const struct figures *figures, struct verdict *verdicts);
void pool_show_markdown(const struct figures *figures);

/* EXPOOL_BENCH_HARDENED may name the library of a hardened malloc. */
void pool_take_environment(void);

#endif
