#include "bench/suite.h"

#include <stdio.h>
#include <string.h>

int suite_workload(const struct suite *suite, const char *word)
{
    for (unsigned i = 0; i < suite->workload_count; i++)
        if (strcmp(suite->workloads[i].word, word) == 0)
            return (int)i;
    return -1;
}

int suite_subject(const struct suite *suite, const char *word)
{
    for (unsigned i = 0; i < suite->subject_count; i++)
        if (strcmp(suite->subjects[i].word, word) == 0)
            return (int)i;
    return -1;
}

bool suite_has(const struct suite *suite, unsigned workload, unsigned subject)
{
    enum subject_kind kind = suite->subjects[subject].kind;
    return suite->workloads[workload].unit != STEP || kind == KIND_OURS || kind == KIND_FAST;
}

void suite_look(const struct suite *suite, const char *folder)
{
    for (unsigned i = 0; i < suite->subject_count; i++)
        subject_look(&suite->subjects[i], folder);
}

void suite_name_missing(const struct suite *suite)
{
    for (unsigned i = 0; i < suite->subject_count; i++)
        if (!suite->subjects[i].is_there)
            printf("not measured: %s (%s)\n", suite->subjects[i].word, suite->subjects[i].origin);
}
