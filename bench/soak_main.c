/* soak_main.c - soak: `./build.sh soak` starts it.
 *   soak [MINUTES | SECONDSs]     each back end in a process of its own, the time shared
 *   soak --one SECONDS SEED       what it starts
 * The last line is the verdict; the exit code is 0 only when every back end was sound. */
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

static const char *const backends[] = {"classic", "segment"};
enum { BACKENDS = sizeof backends / sizeof backends[0] };

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

static void give_options(char *text, size_t bytes, const char *backend)
{
    const char *own = getenv("EXPOOL_OPTIONS");
    snprintf(text, bytes, "EXPOOL_OPTIONS=%s:%s%s:%s", limits, backend ? "backend=" : "",
             backend ? backend : "", own ? own : "");
}

static int run_one(const char *backend, long seconds, const char *seed, bool is_shown)
{
    static struct process process;
    char text[32];
    char options[1024];
    const char *words[] = {"/proc/self/exe", "--one", text, seed, NULL};
    const char *environment[] = {options, NULL};
    snprintf(text, sizeof text, "%ld", seconds);
    give_options(options, sizeof options, backend);
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

/* This build has the option `backend`. */
static bool has_backends(void)
{
    return run_one(backends[1], 0, "1", false) == 0;
}

static int run_all(long seconds)
{
    char seed[32];
    unsigned sound = 0;
    unsigned count = has_backends() ? BACKENDS : 1;
    snprintf(seed, sizeof seed, "%ld", (long)time(NULL));
    for (unsigned i = 0; i < count; i++) {
        const char *backend = count > 1 ? backends[i] : NULL;
        printf("soak: back end %s, %ld s, %s\n", backend ? backend : "classic (the only one here)",
               seconds / count, limits);
        int code = run_one(backend, seconds / count, seed, true);
        if (code != 0)
            printf("soak: back end %s ended with %d\n", backend ? backend : "classic", code);
        sound += code == 0;
    }
    printf("soak: %s, %u of %u back ends sound after %ld s\n", sound == count ? "PASSED" : "FAILED",
           sound, count, seconds);
    return sound == count ? 0 : 1;
}

int main(int count, char **words)
{
    long seconds = DEFAULT_MINUTES * 60L;
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (count == 4 && strcmp(words[1], "--one") == 0)
        return soak_run((unsigned)strtoul(words[2], NULL, 10), strtoull(words[3], NULL, 10));
    if (count > 2 || (count == 2 && !read_seconds(words[1], &seconds))) {
        fprintf(stderr, "soak: '%s' is no time; 10 are minutes, 30s seconds\n", words[count - 1]);
        return 2;
    }
    return run_all(seconds);
}
