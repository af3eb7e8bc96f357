#!/usr/bin/env bash
# Every seed and regression with gcc, with clang under AddressSanitizer, and under Valgrind: the same verdicts.
set -euo pipefail
cd "$(dirname "$0")/../.."
./build.sh setup
for preset in dev clang-asan; do
    cmake --preset $preset >/dev/null
    cmake --build build/$preset >/dev/null
done
export ASAN_OPTIONS=detect_leaks=0:allow_user_segv_handler=1
count=0
for replay in build/dev/fuzz/replay_*; do
    name=$(basename "$replay") corpus=(corpus/seeds corpus/regressions)
    plain=$("$replay" "${corpus[@]}")
    asan=$("build/clang-asan/fuzz/$name" "${corpus[@]}")
    valgrind=$(valgrind -q --error-exitcode=9 --leak-check=no "$replay" "${corpus[@]}")
    printf '%s\n  gcc         %s\n  clang, ASan %s\n  valgrind    %s\n' "$name" "$plain" "$asan" "$valgrind"
    [ "$plain" = "$asan" ] && [ "$plain" = "$valgrind" ]
    count=$((count + 1))
done
[ "$count" -gt 0 ]
echo "$count targets, the same verdicts with gcc, clang under ASan, and $(valgrind --version)"
