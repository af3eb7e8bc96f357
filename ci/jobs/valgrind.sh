#!/usr/bin/env bash
# Replays the corpus under Valgrind: the same verdicts, and no complaint of Valgrind's own about the pool.
set -euo pipefail
cd "$(dirname "$0")/../.."
./build.sh setup
cmake --preset dev >/dev/null
cmake --build build/dev >/dev/null
count=0
for replay in build/dev/fuzz/replay_*; do
    valgrind -q --error-exitcode=9 --leak-check=no --trace-children=no \
        "$replay" corpus/seeds corpus/regressions
    count=$((count + 1))
done
[ "$count" -gt 0 ]
echo "$count replay programs under valgrind $(valgrind --version)"
