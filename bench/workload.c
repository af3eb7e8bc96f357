#include "bench/workload.h"

#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

void *volatile block_escape;

static double seconds_of(clockid_t clock)
{
    struct timespec time;
    clock_gettime(clock, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

double cpu_seconds(void)
{
    return seconds_of(CLOCK_PROCESS_CPUTIME_ID);
}

double wall_seconds(void)
{
    return seconds_of(CLOCK_MONOTONIC);
}

struct span span_begin(const struct plan *plan)
{
    double now = cpu_seconds();
    return (struct span){plan, now, now, 0};
}

bool span_goes_on(struct span *span)
{
    span->ended = cpu_seconds();
    if (span->plan->pairs > 0)
        return span->pairs < span->plan->pairs;
    return span->pairs == 0 || span->ended - span->began < span->plan->seconds;
}

struct outcome span_outcome(const struct span *span)
{
    return (struct outcome){.nanoseconds = (span->ended - span->began) * 1e9 / (double)span->pairs};
}

long status_kb(const char *key)
{
    char line[256];
    long value = 0;
    FILE *file = fopen("/proc/self/status", "r");
    while (file && fgets(line, sizeof line, file))
        if (strncmp(line, key, strlen(key)) == 0)
            value = strtol(line + strlen(key), NULL, 10);
    if (file)
        fclose(file);
    return value;
}

static cpu_set_t allowed;
static pthread_once_t allowed_once = PTHREAD_ONCE_INIT;

static void ask_allowed(void)
{
    sched_getaffinity(0, sizeof allowed, &allowed);
}

unsigned processors(void)
{
    pthread_once(&allowed_once, ask_allowed);
    return (unsigned)CPU_COUNT(&allowed);
}

void pin_to(unsigned index)
{
    cpu_set_t one;
    index %= processors();
    for (unsigned cpu = 0; cpu < CPU_SETSIZE; cpu++) {
        if (!CPU_ISSET(cpu, &allowed) || index-- > 0)
            continue;
        CPU_ZERO(&one);
        CPU_SET(cpu, &one);
        sched_setaffinity(0, sizeof one, &one);
        return;
    }
}

void *checked(void *block)
{
    if (block)
        return block;
    fputs("an allocation failed\n", stderr);
    exit(1);
}
