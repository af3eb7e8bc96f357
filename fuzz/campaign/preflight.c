#include "fuzz/campaign/preflight.h"

#include "fuzz/campaign/build.h"
#include "fuzz/campaign/words.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SECONDS_MAX = 30, EXIT_LATE = 124, EXIT_NOT_STARTED = 127, RANDOM_BITS_MOST = 28 };

/* What it printed that tells one cause from another. */
struct heard {
    bool has_deadly_loop; /* a signal inside the sanitizer's own start, again and again */
    bool has_shadow_trouble;
    char last[SAID_BYTES];
};

static void hear(const char *line, void *context)
{
    struct heard *heard = context;
    heard->has_deadly_loop = heard->has_deadly_loop || strstr(line, "DEADLYSIGNAL") != NULL;
    heard->has_shadow_trouble = heard->has_shadow_trouble ||
                                strstr(line, "Shadow memory range interleaves") != NULL ||
                                strstr(line, "ReserveShadowMemoryRange failed") != NULL ||
                                strstr(line, "ThreadSanitizer: unexpected memory mapping") != NULL;
    if (line[0] != 0)
        words_put(heard->last, sizeof heard->last, "%s", line);
}

/* Of /proc/sys/vm; 0 when it cannot be read. */
static int random_bits(void)
{
    char line[16] = "";
    FILE *file = fopen("/proc/sys/vm/mmap_rnd_bits", "r");
    bool is_read = file != NULL && fgets(line, sizeof line, file) != NULL;
    if (file != NULL)
        fclose(file);
    return is_read ? (int)strtol(line, NULL, 10) : 0;
}

static void explain(const struct fuzzer *fuzzer, const struct heard *heard, int status)
{
    int bits = random_bits();
    bool is_of_addresses = heard->has_deadly_loop || heard->has_shadow_trouble;
    if (status == EXIT_NOT_STARTED)
        fprintf(stderr, "fuzz: %s cannot be started: %s\n", fuzzer->program,
                heard->last[0] != 0 ? heard->last : strerror(errno));
    else if (is_of_addresses && bits > RANDOM_BITS_MOST)
        fprintf(stderr,
                "fuzz: %s dies at its start: vm.mmap_rnd_bits is %d, too much for this clang's "
                "sanitizers, and here it may not be left out for one program "
                "(sysctl vm.mmap_rnd_bits=28, or setarch -R ./build.sh fuzz)\n",
                fuzzer->program, bits);
    else
        fprintf(stderr, "fuzz: %s %s: %s\n", fuzzer->program,
                status == EXIT_LATE ? "does not start within 30 s" : "dies at its start",
                heard->last[0] != 0 ? heard->last : "it says nothing");
}

bool preflight_pass(const struct settings *settings, const struct fuzzer *fuzzer)
{
    struct heard heard = {0};
    bool is_generator = settings->engine == ENGINE_GENERATOR;
    const char *const words[] = {fuzzer->program, is_generator ? "--help" : "-help=1", NULL};
    const char *const environment[] = {"EXPOOL_OPTIONS", "EXPOOL_FUZZ_STATS", NULL};
    if (access(fuzzer->program, X_OK) != 0) {
        fprintf(stderr, "fuzz: %s: %s\n", fuzzer->program, strerror(errno));
        return false;
    }
    int status = child_run(&(struct child_run){.begin = {.words = words,
                                                         .environment = environment,
                                                         .is_placed = fuzzer->build != BUILD_PLAIN},
                                               .seconds = SECONDS_MAX,
                                               .take = hear,
                                               .context = &heard});
    if (status != 0)
        explain(fuzzer, &heard, status);
    return status == 0;
}
