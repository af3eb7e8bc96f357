/* costs.c - what a bug check and a probed page fault cost inside a target of this build. Linked
 * with the engine, as targets are, but ends before the engine begins. Two lines, nanoseconds. */
#include "expool/host.h"
#include "expool/verifier.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <wdm.h>

enum { TIMES = 20000, ROUNDS = 5, TAG = 0x7a7a7546, OTHER_TAG = 0x74736f43, PAGE = 4096 };

static unsigned seen;

static enum expool_action go_on(const struct expool_bugcheck *bugcheck, void *context)
{
    (void)bugcheck;
    (void)context;
    seen++;
    return EXPOOL_CONTINUE;
}

static double nanoseconds_now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

/* The same free without its mistake is not in it: all the call costs. */
static void stop(void *block)
{
    ExFreePoolWithTag(block, OTHER_TAG);
}

static void fault(void *block)
{
    unsigned char byte;
    expool_probe_read((const char *)block + PAGE, &byte);
}

/* The best of some rounds: others use the machine, too. */
static double cost(void (*act)(void *), void *block)
{
    double best = 1e18;
    for (unsigned round = 0; round < ROUNDS; round++) {
        double began = nanoseconds_now();
        seen = 0;
        for (unsigned i = 0; i < TIMES; i++)
            act(block);
        double each = (nanoseconds_now() - began) / TIMES;
        if (seen != TIMES) {
            fprintf(stderr, "costs: %u bug checks came, %d were expected\n", seen, TIMES);
            exit(2);
        }
        best = each < best ? each : best;
    }
    return best;
}

int LLVMFuzzerInitialize(int *count, char ***arguments);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerInitialize(int *count, char ***arguments)
{
    (void)count;
    (void)arguments;
    if (expool_options_set("leaks=off:special_pool_full=stop:verify=end:reuse=recycle") != 0)
        exit(2);
    expool_on_bugcheck(go_on, NULL);
    void *plain = ExAllocatePool2(POOL_FLAG_NON_PAGED, 64, TAG);
    printf("bugcheck %.0f\n", cost(stop, plain));
    ExFreePoolWithTag(plain, TAG);
    if (!expool_verifier_start() || !expool_verifier_flags_set(1))
        exit(2);
    void *guarded = ExAllocatePool2(POOL_FLAG_NON_PAGED, 64, TAG);
    printf("fault %.0f\n", cost(fault, guarded));
    exit(0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    (void)bytes;
    (void)length;
    return 0;
}
