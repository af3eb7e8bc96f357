/* said.h - what a fuzzing process has said, taken from its lines:
 *   #8192 NEW    cov: 845 ft: 2103 corp: 214/31Kb lim: 2056 exec/s: 4096 rss: 41Mb ...
 *   stat::number_of_executed_units: 149030
 *   artifact_prefix='...'; Test unit written to build/fuzz-crashes/crash-da39a3ee
 *   DEDUP_TOKEN: missed--free_tag
 *   SUMMARY: AddressSanitizer: heap-use-after-free pool/page.c:31 in page_take
 *   expool fuzz: operation 3 (free_tag): missed: no bug check came */
#ifndef FUZZ_CAMPAIGN_SAID_H
#define FUZZ_CAMPAIGN_SAID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SAID_BYTES = 256, SAID_PATH_BYTES = 512 };

struct said {
    bool has_begun; /* a status line came */
    uint64_t executions;
    uint64_t coverage;
    uint64_t features;
    uint64_t corpus;
    uint64_t executions_at_end;     /* 0 until its statistics came */
    char artefact[SAID_PATH_BYTES]; /* the input it died of; "" */
    char token[SAID_BYTES];         /* behind DEDUP_TOKEN:; "" */
    char summary[SAID_BYTES];       /* behind SUMMARY:; "" */
    char what[SAID_BYTES];          /* the first line that names a mistake; "" */
    char last[SAID_BYTES];          /* the last line of all */
};

/* Takes one line, without its end. */
void said_line(struct said *said, const char *line);

/* The name of the bug: the token, or the summary, or the mistake, without numbers that change from
 * run to run. False when nothing names one. */
bool said_key(const struct said *said, char *key, size_t capacity);

/* The most it is known to have executed. */
uint64_t said_executions(const struct said *said);

#endif
