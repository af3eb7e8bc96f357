#!/usr/bin/env bash
# refused.sh CLANG - where a container refuses userfaultfd, process_madvise and guard pages, the targets that
# contract.sh CLANG address left still pass over their seeds, on the ladder's lowest rung, and a report says which.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
clang=$1
for base in build/contract/$clang-address-libfuzzer "${TMPDIR:-/tmp}/expool-contract/$clang-address-libfuzzer"; do
    [ ! -d "$base/out" ] || break
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
gcc -O1 -Wall -Werror tests/contract/refusing.c -o "$work/refusing"
read -ra start <<<"$(ci/start_prefix.sh "$clang")"
export ASAN_OPTIONS=quarantine_size_mb=10:handle_segv=1:use_sigaltstack=1:detect_leaks=0
count=0
for target in "$base"/out/fuzz_*; do
    [ -x "$target" ] || continue
    mkdir -p "$work/seeds"
    unzip -qo "${target}_seed_corpus.zip" -d "$work/seeds"
    ${start[@]+"${start[@]}"} "$work/refusing" "$target" -runs=0 "$work/seeds" >"$work/log" 2>&1 </dev/null ||
        { tail -n 20 "$work/log"; echo "refused: ${target##*/} fails where userfaultfd is refused"; exit 1; }
    rm -rf "$work/seeds"
    count=$((count + 1))
done
[ "$count" -gt 0 ] || { echo "refused: no targets: ci/contract.sh $clang address first" >&2; exit 2; }

# The rung is said in reports.
objects=("$base"/work/expool/objects/{pool,kernel,verifier}_*.o)
cat >"$work/late.c" <<'TEXT'
#include "expool/verifier.h"
#include <wdm.h>
int main(void)
{
    expool_verifier_start();
    volatile char *block = ExAllocatePool2(POOL_FLAG_NON_PAGED, 32, 'gnuR');
    block[32] = 1;
}
TEXT
"$clang" -g -std=c11 -Wno-multichar -fsanitize=address,fuzzer-no-link -Iinclude "$work/late.c" "${objects[@]}" \
    "$base/work/expool/libbacktrace/libbacktrace.a" -lpthread -o "$work/late"
(${start[@]+"${start[@]}"} "$work/refusing" "$work/late") >"$work/report" 2>&1 && { echo "refused: no report"; exit 1; }
grep -q mprotect "$work/report" || { cat "$work/report"; echo "refused: the report does not say mprotect"; exit 1; }
echo "userfaultfd refused: $count targets pass over their seeds, and a report names the rung, mprotect"
