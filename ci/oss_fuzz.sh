#!/usr/bin/env bash
# ci/oss_fuzz.sh - the OSS-Fuzz contract, taken literally: compilers, flags and folders come from the
# environment, each target goes to $OUT with its seeds.
set -euo pipefail
cd "$(dirname "$0")/.."
: "${CC:?}" "${CXX:?}" "${OUT:?}" "${LIB_FUZZING_ENGINE:?}"
work=${WORK:-$(mktemp -d)}/expool
mkdir -p "$work/libbacktrace"
cp "$(gcc -print-file-name=include)/backtrace.h" "$work/libbacktrace/"
archive=$(gcc -print-file-name=libbacktrace.a)

objects=()
for source in pool/*.c verifier/*.c fuzz/*.c; do
    case $source in fuzz/fuzz_* | fuzz/replay_main.c) continue ;; esac
    object=$work/$(tr / _ <<<"${source%.c}").o
    # shellcheck disable=SC2086 # flags are words
    "$CC" ${CFLAGS:-} -std=c11 -D_GNU_SOURCE -Wno-multichar -fvisibility=hidden -I. -Iinclude \
        -I"$work/libbacktrace" -c "$source" -o "$object"
    objects+=("$object")
done
for source in fuzz/fuzz_*.c; do
    target=$(basename "$source" .c)
    # shellcheck disable=SC2086
    "$CC" ${CFLAGS:-} -std=c11 -D_GNU_SOURCE -I. -Iinclude -c "$source" -o "$work/$target.o"
    # shellcheck disable=SC2086
    "$CXX" ${CXXFLAGS:-} "$work/$target.o" "${objects[@]}" "$archive" $LIB_FUZZING_ENGINE -lpthread -o "$OUT/$target"
    (cd corpus/seeds && find . -name '*.txt' | LC_ALL=C sort | zip -qX "$OUT/${target}_seed_corpus.zip" -@)
done
