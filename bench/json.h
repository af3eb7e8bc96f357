/* json.h - build/bench/pool.json, one row a line:
 *   {"rows":[{"workload":"pair64","subject":"expool","ns":6.1,"peak_kb":1234,
 *    "x":{"glibc":1.15,"jemalloc":1.5}}]} */
#ifndef BENCH_JSON_H
#define BENCH_JSON_H

#include "bench/figures.h"

#include <stdbool.h>

/* Both return false when the file cannot be opened or written. Reading takes what writing wrote:
 * one row a line, names it knows. */
bool json_write(const char *path, const struct figures *figures);
bool json_read(const char *path, struct figures *figures);

#endif
