/* json.h - build/bench/pool.json and verifier.json, one row a line:
 *   {"rows":[{"workload":"pair64","subject":"expool","ns":6.1,"peak_kb":1234,
 *    "x":{"glibc":1.15,"jemalloc":1.5}}]}
 * Rows of `grow` have "live_bytes" and "dead_bytes" too. Behind the rows, where a suite has them:
 *   "failed":[{"workload":"window100k","subject":"duma","died_at":31744,"why":"dies at ..."}],
 *   "goals":[{"what":"window1k, time x duma","figure":0.01,"goal":0.02,"is_met":true}] */
#ifndef BENCH_JSON_H
#define BENCH_JSON_H

#include "bench/figures.h"

#include <stdbool.h>

/* Both return false when the file cannot be opened or written. Reading takes what writing wrote:
 * one row a line, names the suite knows. */
bool json_write(const char *path, const struct figures *figures);
bool json_read(const char *path, const struct suite *suite, struct figures *figures);

#endif
