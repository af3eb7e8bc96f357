/* apps_suite.h - `bench apps`: unmodified programs, plainly and under each checker; processor time
 * and memory of all their processes, and whether they still print the same. */
#ifndef BENCH_APPS_SUITE_H
#define BENCH_APPS_SUITE_H

#include "bench/suite.h"

enum {
#define APP(word, place, help) +1
    APPS = 0
#include "bench/apps.def"
#undef APP
};

enum apps_subject { APPS_EXPOOL, APPS_PLAIN, APPS_EFENCE, APPS_DUMA, APPS_VALGRIND, APPS_SUBJECTS };

extern const struct suite suite_apps;

#endif
