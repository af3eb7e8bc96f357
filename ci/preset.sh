#!/usr/bin/env bash
# preset.sh NAME - builds a preset and runs its tests; of the output only what failed is shown.
set -euo pipefail
cd "$(dirname "$0")/.."
log=build/test-$1.log
./build.sh setup
cmake --preset "$1" >/dev/null
cmake --build "build/$1" >"build/$1.log" 2>&1 || { tail -n 40 "build/$1.log"; exit 1; }
ctest --test-dir "build/$1" -j4 --output-on-failure --output-junit test.xml >"$log" || {
    grep -avE ' Passed |^ *Start ' "$log" | head -n 200
    exit 1
}
ctest --test-dir "build/$1" -N | tail -n 1
