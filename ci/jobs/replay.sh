#!/usr/bin/env bash
# Every seed and regression with gcc, with clang under AddressSanitizer, and under Valgrind: the same verdicts.
# replay.sh TARGET: one target, of programs that are built; the job runs two at a time.
# time: 220 s
set -euo pipefail
cd "$(dirname "$0")/../.."
export ASAN_OPTIONS=detect_leaks=0:allow_user_segv_handler=1

if [ $# -gt 0 ]; then
    name=replay_$1 corpus=(corpus/seeds corpus/regressions)
    plain=$("build/dev/fuzz/$name" "${corpus[@]}")
    asan=$("build/clang-asan/fuzz/$name" "${corpus[@]}")
    # Registers exact at each access: the programs go on after faults.
    valgrind=$(valgrind -q --error-exitcode=9 --leak-check=no --suppressions=ci/valgrind.supp \
        --px-default=allregs-at-mem-access --px-file-backed=allregs-at-mem-access \
        "build/dev/fuzz/$name" "${corpus[@]}" 2>"build/$name.valgrind") || { cat "build/$name.valgrind"; exit 1; }
    # Programs in a child have an exit status of their own.
    ! grep -E '^==[0-9]+== *(Invalid|Conditional|Use of|Syscall)' -A 12 "build/$name.valgrind" || exit 1
    printf '%s\n  gcc         %s\n  clang, ASan %s\n  valgrind    %s\n' "$name" "$plain" "$asan" "$valgrind"
    [ "$plain" = "$asan" ] && [ "$plain" = "$valgrind" ]
    exit
fi

./build.sh setup
for preset in dev clang-asan; do
    { cmake --preset $preset && cmake --build build/$preset --target replay_programs; } >build/replay-$preset.log 2>&1 ||
        { tail -n 40 build/replay-$preset.log; exit 1; }
done
targets=()
for source in fuzz/fuzz_*.c; do
    targets+=("$(basename "${source#fuzz/fuzz_}" .c)")
done
printf '%s\0' "${targets[@]}" | xargs -0 -n 1 -P 2 "$0"
echo "${#targets[@]} targets, the same verdicts with gcc, clang under ASan, and $(valgrind --version)"
