#!/usr/bin/env bash
# One quick round of `bench pool`: everything runs and the JSON has its shape. Times are not judged.
set -euo pipefail
cd "$(dirname "$0")/../.."
./build.sh setup
./build.sh bench pool --quick --rounds 1 >build/bench-ci.log
json=build/bench/pool.json

# holds WHAT FILTER: jq must say true.
holds() { jq -e "$2" "$json" >/dev/null || { echo "$json: not so: $1"; exit 1; }; }
holds "one key, rows" 'keys == ["rows"] and (.rows | length > 0)'
holds "each row has its keys" 'all(.rows[]; keys == ["ns", "peak_kb", "subject", "workload", "x"])'
holds "times and memory are positive" 'all(.rows[]; .ns > 0 and .peak_kb > 0)'
holds "multiples are positive" 'all(.rows[].x[]; . > 0)'
for workload in pair64 batch64 mixed10k bulk1m large largetouch larson2 prodcons cfrac; do
    for subject in expool expool-so glibc; do
        holds "$subject ran $workload" \
            "any(.rows[]; .workload == \"$workload\" and .subject == \"$subject\")"
    done
    holds "$workload has a ratio" \
        "any(.rows[]; .workload == \"$workload\" and .subject == \"expool\" and .x.glibc > 0)"
done
./build.sh bench pool --markdown | grep -q '^| pair64 |'

# refused WORD NEAREST ARGUMENT ...: one line that names both, exit 2.
refused() {
    local word=$1 nearest=$2 text status=0
    shift 2
    text=$(build/release/bench/bench "$@" 2>&1) || status=$?
    if [ "$status" -ne 2 ] || [ "$(wc -l <<<"$text")" -ne 1 ] ||
        [[ $text != *"'$word'"*"'$nearest'"* ]]; then
        echo "bench $*: exit $status, $text"
        exit 1
    fi
}
refused pol pool pol
refused --quik --quick pool --quik
refused pair65 pair64 pool --quick pair65
refused jemaloc jemalloc pool jemaloc
# Nothing measured is a failure: a folder without the programs.
lonely=$(mktemp -d)
trap 'rm -rf "$lonely"' EXIT
cp build/release/bench/bench "$lonely"
mkdir -p "$lonely/build/bench"
(cd "$lonely" && ! ./bench pool --quick >/dev/null 2>&1) || { echo "a bench of nothing passed"; exit 1; }
echo "$(jq '.rows | length' "$json") figures of $(jq '[.rows[].subject] | unique | length' "$json") subjects"
