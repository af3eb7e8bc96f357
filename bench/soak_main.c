/* soak_main.c - soak: `./build.sh soak` starts it.
 *   soak [MINUTES | SECONDSs]     each way in a process of its own, the time shared
 *   soak --one SECONDS SEED       what it starts
 * The last line is the verdict; the exit code is 0 only when every way was sound. */
#include "bench/os_process.h"
#include "bench/soak.h"
#include "bench/words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { DEFAULT_MINUTES = 10, MINUTES_MAX = 1440, SPARE_S = 120 };

/* Small limits, so that memory is short again and again. */
static const char limits[] = "nonpaged_limit_mb=96:paged_limit_mb=64:events=off";

/* The ways to run it; what this build has no option for is named and left out. */
static const struct way {
    const char *name;
    const char *options;
} ways[] = {
    {"classic back end", "backend=classic"},
    {"segment back end", "backend=segment"},
    {"classic back end, paged pool is paged out and encrypted",
     "memory_pressure=50:encrypt_paged_out=1"},
};
enum { WAYS = sizeof ways / sizeof ways[0], EXIT_OPTION_REFUSED = 125 };

/* "10" are minutes, "10s" seconds. */
static bool read_seconds(const char *word, long *seconds)
{
    char number[16];
    size_t length = strlen(word);
    if (word_number(word, 1, MINUTES_MAX, seconds)) {
        *seconds *= 60;
        return true;
    }
    if (length < 2 || length >= sizeof number || word[length - 1] != 's')
        return false;
    memcpy(number, word, length - 1);
    number[length - 1] = 0;
    return word_number(number, 1, MINUTES_MAX * 60L, seconds);
}

static int run_one(const struct way *way, long seconds, const char *seed, bool is_shown)
{
    static struct process process;
    char text[32];
    char options[1024];
    const char *own = getenv("EXPOOL_OPTIONS");
    const char *words[] = {"/proc/self/exe", "--one", text, seed, NULL};
    const char *environment[] = {options, NULL};
    snprintf(text, sizeof text, "%ld", seconds);
    snprintf(options, sizeof options, "EXPOOL_OPTIONS=%s:%s:%s", limits, way->options,
             own ? own : "");
    process = (struct process){.words = words,
                               .environment = environment,
                               .timeout_s = (unsigned)seconds * 2 + SPARE_S,
                               .is_shown = is_shown};
    if (!process_run(&process))
        return 1;
    if (process.timed_out)
        printf("soak: hangs: not done %d s after its time\n", SPARE_S);
    return process.timed_out ? 1 : process.exit_code;
}

/* Which ways this build knows; the others are named. Returns how many. */
static unsigned choose_ways(bool known[WAYS])
{
    unsigned count = 0;
    for (unsigned i = 0; i < WAYS; i++) {
        known[i] = run_one(&ways[i], 0, "1", false) != EXIT_OPTION_REFUSED;
        count += known[i];
        if (!known[i])
            printf("soak: %s: not in this build (%s is refused)\n", ways[i].name, ways[i].options);
    }
    return count;
}

static int run_all(long seconds)
{
    char seed[32];
    bool known[WAYS];
    unsigned sound = 0;
    unsigned count = choose_ways(known);
    snprintf(seed, sizeof seed, "%ld", (long)time(NULL));
    for (unsigned i = 0; i < WAYS; i++) {
        if (!known[i])
            continue;
        printf("soak: %s, %ld s, %s:%s\n", ways[i].name, seconds / count, limits, ways[i].options);
        int code = run_one(&ways[i], seconds / count, seed, true);
        if (code != 0)
            printf("soak: %s ended with %d\n", ways[i].name, code);
        sound += code == 0;
    }
    bool is_good = count > 0 && sound == count;
    printf("soak: %s, %u of %u ways sound after %ld s\n", is_good ? "PASSED" : "FAILED", sound,
           count, seconds);
    return is_good ? 0 : 1;
}

int main(int count, char **words)
{
    long seconds = DEFAULT_MINUTES * 60L;
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (count == 4 && strcmp(words[1], "--one") == 0)
        return soak_run((unsigned)strtoul(words[2], NULL, 10), strtoull(words[3], NULL, 10));
    if (count > 2) {
        fprintf(stderr, "soak: '%s' is one word too many: it takes a time\n", words[2]);
        return 2;
    }
    if (count == 2 && !read_seconds(words[1], &seconds)) {
        fprintf(stderr, "soak: '%s' is no time; 10 are minutes, 30s seconds\n", words[count - 1]);
        return 2;
    }
    return run_all(seconds);
}
