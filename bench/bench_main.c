/* bench_main.c - bench: `./build.sh bench` starts it in the project's folder.
 *   bench pool [--quick | --scale | --markdown] [--rounds N] [--seconds N] [WORKLOAD | SUBJECT]...
 *   bench verifier [the same]
 *   bench apps [the same]
 *   bench instructions */
#include "bench/apps_suite.h"
#include "bench/instructions.h"
#include "bench/pool_suite.h"
#include "bench/runner.h"
#include "bench/verifier_suite.h"
#include "bench/words.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { BENCH_POOL, BENCH_VERIFIER, BENCH_APPS, BENCH_INSTRUCTIONS, BENCH_COUNT };

static const char *const benches[BENCH_COUNT] = {"pool", "verifier", "apps", "instructions"};

/* The folder this program lies in, where those it starts lie too. */
static const char *own_folder(void)
{
    static char path[SUBJECT_PATH_MAX / 2];
    ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
    path[length > 0 ? length : 0] = 0;
    char *slash = strrchr(path, '/');
    if (slash)
        *slash = 0;
    return path;
}

int main(int count, char **words)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (count < 2) {
        fprintf(stderr, "bench: which? there are: pool verifier apps instructions\n");
        return 2;
    }
    switch (word_find(words[1], benches, BENCH_COUNT)) {
    case BENCH_POOL:
        pool_take_environment();
        return suite_run(&suite_pool, own_folder(), count - 2, words + 2);
    case BENCH_VERIFIER: return suite_run(&suite_verifier, own_folder(), count - 2, words + 2);
    case BENCH_APPS: return suite_run(&suite_apps, own_folder(), count - 2, words + 2);
    case BENCH_INSTRUCTIONS: return instructions_bench(own_folder(), count - 2, words + 2);
    default:
        fprintf(stderr, "bench: no bench '%s'; the nearest is '%s'\n", words[1],
                word_nearest(words[1], benches, BENCH_COUNT));
        return 2;
    }
}
