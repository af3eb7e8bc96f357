#!/usr/bin/env bash
# unwritten.sh CLANG - under MemorySanitizer a block that was promised no zeroes is unwritten, from every place
# that blocks come from, and a zeroed one is not. Takes the objects that contract.sh CLANG memory left.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
clang=$1
for base in build/contract/$clang-memory-libfuzzer "${TMPDIR:-/tmp}/expool-contract/$clang-memory-libfuzzer"; do
    [ ! -d "$base/work/expool/objects" ] || break
done
objects=("$base"/work/expool/objects/{pool,kernel,verifier}_*.o)
[ -e "${objects[0]}" ] || { echo "unwritten: no objects: ci/contract.sh $clang memory first" >&2; exit 2; }
program=$base/unwritten
"$clang" -O1 -g -std=c11 -Wno-multichar -fsanitize=memory,fuzzer-no-link -I. -Iinclude tests/contract/unwritten.c \
    "${objects[@]}" -lpthread -o "$program"
read -ra start <<<"$(ci/start_prefix.sh "$clang")"
export MSAN_OPTIONS=exitcode=77

# must STATUS CASE...
must() {
    local case status said
    for case in "${@:2}"; do
        status=0
        said=$(${start[@]+"${start[@]}"} "$program" "$case" 2>&1) || status=$?
        [ "$status" -eq "$1" ] || { printf 'unwritten: %s: exit %s, not %s\n%s\n' "$case" "$status" "$1" "$said"; exit 1; }
    done
}
must 77 small big reused lookaside special
must 0 zeroed zeroed_after zeroed_special
echo "MemorySanitizer, $clang: five unwritten blocks reported, three zeroed ones not"
