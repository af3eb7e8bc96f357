#!/usr/bin/env bash
# One quick round of `bench pool`, `bench verifier` and `bench apps`: everything runs, programs print
# what they print plainly, and the JSON has its shape. Times are not judged.
# time: 180 s
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
# Into a file: a reader that leaves early would end the writer.
./build.sh bench pool --markdown >build/bench-ci.md
grep -q '^| pair64 |' build/bench-ci.md

# Special pool and its peers: who does not run fails the job only if it is ours.
./build.sh bench verifier --quick --rounds 1 >build/bench-verifier-ci.log
json=build/bench/verifier.json
holds "rows, what failed, goals" 'keys == ["failed", "goals", "rows"] and (.rows | length > 0)'
holds "each row has its keys" 'all(.rows[] | del(.live_bytes, .dead_bytes);
    keys == ["ns", "peak_kb", "subject", "workload", "x"])'
holds "times and memory are positive" 'all(.rows[]; .ns > 0 and .peak_kb > 0)'
holds "growth has its bytes" 'all(.rows[] | select(.workload == "grow"); .live_bytes > 0 and .dead_bytes >= 0)'
holds "each goal has its keys" '(.goals | length > 0) and
    all(.goals[]; keys == ["figure", "goal", "is_met", "what"] and .figure > 0 and .goal > 0)'
holds "who failed has a reason" 'all(.failed[]; .why != "")'
for workload in window1k window10k window30k window100k window1m threads2 grow irql; do
    holds "expool ran $workload" 'any(.rows[]; .workload == "'$workload'" and .subject == "expool")'
done
for peer in kernel-limit efence duma tcmalloc-fence gwp-asan valgrind asan glibc; do
    holds "$peer ran window1k beside expool" "any(.rows[]; .workload == \"window1k\" and
        .subject == \"expool\" and .x[\"$peer\"] > 0)"
done
./build.sh bench verifier --markdown >build/bench-ci.md
grep -q '^| kernel-limit |' build/bench-ci.md

# Programs as they are: every one ends under expool and prints the same.
./build.sh bench apps --quick --rounds 1 >build/bench-apps-ci.log || { tail -n 20 build/bench-apps-ci.log; exit 1; }
json=build/bench/apps.json
holds "every program ran plainly and under expool" '
    [.rows[] | select(.subject == "plain").workload] == [.rows[] | select(.subject == "expool").workload]'
holds "fourteen programs" '[.rows[].workload] | unique | length == 14'
holds "each cost has its multiple" 'all(.rows[] | select(.subject == "expool"); .x.plain > 0)'
json=build/bench/pool.json

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
