/* verifier_query.h - a running process as verifier.exe's /query shows it. */
#ifndef TOOLS_VERIFIER_QUERY_H
#define TOOLS_VERIFIER_QUERY_H

#include "tools/processes.h"

#include <stdio.h>

/* Time, level, the counters in Windows' order, then ours, then the verified drivers. */
void verifier_query_print(const struct process *process, FILE *file);

void verifier_query_json(const struct process *list, size_t count, FILE *file);

#endif
