#!/usr/bin/env bash
# The way OSS-Fuzz builds: its variables and nothing else; each target takes its own seeds.
set -euo pipefail
cd "$(dirname "$0")/../.."
./build.sh setup
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
flags='-O1 -gline-tables-only -fsanitize=address,fuzzer-no-link'
CC=clang CXX=clang++ CFLAGS=$flags CXXFLAGS=$flags LIB_FUZZING_ENGINE=-fsanitize=fuzzer \
    OUT=$work/out WORK=$work ./build.sh
count=0
for zip in "$work"/out/*_seed_corpus.zip; do
    target=${zip%_seed_corpus.zip}
    unzip -q "$zip" -d "$target.seeds"
    (cd "$work" && "$target" -runs=0 "$target.seeds") 2>&1 | grep -a 'INITED\|DONE' | tail -n 1
    count=$((count + 1))
done
[ "$count" -gt 0 ]
echo "$count targets built from OSS-Fuzz's environment, each run over its seeds"
