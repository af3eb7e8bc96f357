#!/usr/bin/env bash
# A block used 100 million allocations after its free, beside memory compaction where root may ask for it. It takes
# one processor for minutes: ci/run.sh runs it beside other jobs. late-use.sh SECONDS: 170,000 allocations for each.
# time: 300 s
set -euo pipefail
cd "$(dirname "$0")/../.."
compact=/proc/sys/vm/compact_memory

compaction() {
    while sleep 0.5; do echo 1 >"$compact"; done
}

cmake --preset dev >/dev/null
cmake --build build/dev --target soak_use_after_free_late >build/soak-late.log
if [ -w "$compact" ]; then
    compaction &
    trap 'kill $!' EXIT
    echo "beside memory compaction, twice a second"
else
    echo "without memory compaction: $compact is not ours to write"
fi
EXPOOL_OPTIONS=verifier=standard:leaks=off:tier=uffd build/dev/tests/soak_use_after_free_late ${1:+$(($1 * 170000))}
