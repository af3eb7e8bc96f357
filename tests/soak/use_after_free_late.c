/* A block is freed first of all and used 100 million allocations later: the use is caught, and the
 * report still says who allocated and who freed it, at bounded memory. The number of pairs may be
 * given; 100,000,000 take two to four minutes. */
#include "tests/status_kib.h"

#include <expool/pool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { WINDOW = 1000, TAG = 'tseT', MIB_MAX = 1400, REPORT_BYTES = 16384 };

__attribute__((noinline)) static unsigned char *allocate_victim(void)
{
    unsigned char *victim = ExAllocatePoolWithTag(NonPagedPoolNx, 100, 'mtcV');
    victim[99] = 1;
    return victim;
}

__attribute__((noinline)) static void free_victim(unsigned char *victim)
{
    ExFreePoolWithTag(victim, 'mtcV');
    __asm__ volatile("");
}

static void churn(unsigned long pairs)
{
    static void *window[WINDOW];
    unsigned random = 12345;
    for (unsigned long i = 0; i < pairs; i++) {
        random = random * 1103515245u + 12345u;
        unsigned at = (random >> 12) % WINDOW;
        if (window[at] != NULL)
            ExFreePoolWithTag(window[at], TAG);
        window[at] = ExAllocatePoolWithTag(NonPagedPoolNx, 16 + (random >> 7) % 480, TAG);
    }
    for (unsigned i = 0; i < WINDOW; i++)
        ExFreePoolWithTag(window[i], TAG);
}

/* The use itself, in a child whose report is read. */
static void report_of_use(const unsigned char *victim, char *report)
{
    int ends[2];
    size_t length = 0;
    ssize_t got;
    if (pipe(ends) != 0)
        exit(1);
    pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], 2);
        _exit(*(const volatile unsigned char *)victim);
    }
    close(ends[1]);
    while ((got = read(ends[0], report + length, REPORT_BYTES - 1 - length)) > 0)
        length += (size_t)got;
    report[length] = 0;
    waitpid(child, NULL, 0);
}

int main(int count, char **words)
{
    static const char *const wanted[] = {"0xD5", "allocate_victim", "free_victim", "'Vctm'"};
    static char report[REPORT_BYTES];
    unsigned long pairs = count > 1 ? strtoul(words[1], NULL, 10) : 100000000;
    unsigned char *victim = allocate_victim();
    free_victim(victim);
    time_t from = time(NULL);
    churn(pairs);
    long mib = (status_kib("VmRSS:") + status_kib("VmPTE:")) / 1024;
    printf("%lu pairs in %ld s, %ld MiB resident, page tables of %ld KiB among them\n", pairs,
           (long)(time(NULL) - from), mib, status_kib("VmPTE:"));
    report_of_use(victim, report);
    for (unsigned i = 0; i < sizeof wanted / sizeof wanted[0]; i++)
        if (strstr(report, wanted[i]) == NULL) {
            printf("the report does not say %s:\n%s", wanted[i], report);
            return 1;
        }
    return mib <= MIB_MAX ? 0 : 1;
}
