#!/usr/bin/env bash
# ci/oss_fuzz.sh - the OSS-Fuzz contract, taken literally: compilers, flags and folders come from the
# environment, each target goes to $OUT with its seeds.
set -euo pipefail
cd "$(dirname "$0")/.."
: "${CC:?}" "${CXX:?}" "${OUT:?}" "${LIB_FUZZING_ENGINE:?}"
work=${WORK:-$(mktemp -d)}/expool
rm -rf "$work"
mkdir -p "$work/libbacktrace" "$work/seeds" "$OUT"
cp "$(gcc -print-file-name=include)/backtrace.h" "$work/libbacktrace/"
archive=$work/libbacktrace/libbacktrace.a
objcopy --redefine-sym dl_iterate_phdr=symbol_module_for_backtrace "$(gcc -print-file-name=libbacktrace.a)" "$archive"
cmake/demangler.sh objcopy ar "$archive"
common=(-std=c11 -D_GNU_SOURCE -Wno-multichar -fvisibility=hidden -I. -Iinclude -I"$work/libbacktrace")

objects=() sources=()
for source in pool/*.c kernel/*.c verifier/*.c fuzz/*.c; do
    case $source in fuzz/fuzz_* | fuzz/*_main.c) continue ;; esac
    object=$work/$(tr / _ <<<"${source%.c}").o
    # shellcheck disable=SC2086 # flags are words
    "$CC" ${CFLAGS:-} "${common[@]}" -c "$source" -o "$object"
    objects+=("$object") sources+=("$source")
done

# The seeds are text and the targets take bytes: a plain replay program, without their flags, converts.
gcc "${common[@]}" "${sources[@]}" fuzz/fuzz_pool_seq.c fuzz/replay_main.c "$archive" -lpthread \
    -o "$work/convert"
while IFS= read -r seed; do
    "$work/convert" --convert "$seed" "$work/seeds/$(tr / - <<<"${seed%.txt}")" >/dev/null
done < <(find corpus/seeds corpus/regressions -name '*.txt')
touch -d 2000-01-01T00:00:00Z "$work"/seeds/* # the same archive from the same seeds

for source in fuzz/fuzz_*.c; do
    target=$(basename "$source" .c)
    # shellcheck disable=SC2086
    "$CC" ${CFLAGS:-} "${common[@]}" -c "$source" -o "$work/$target.o"
    # shellcheck disable=SC2086
    "$CXX" ${CXXFLAGS:-} "$work/$target.o" "${objects[@]}" "$archive" $LIB_FUZZING_ENGINE -lpthread -o "$OUT/$target"
    rm -f "$OUT/${target}_seed_corpus.zip"
    (cd "$work/seeds" && find . -type f | LC_ALL=C sort | TZ=UTC zip -qX "$OUT/${target}_seed_corpus.zip" -@)
done
