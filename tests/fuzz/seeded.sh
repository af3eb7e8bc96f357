#!/usr/bin/env bash
# seeded.sh BUILD-FOLDER - a seeded fault is noticed and counted, the same program without one is neither; what
# the oracle cannot do it says in one line.
set -uo pipefail
build=$1 source=$(cd "$(dirname "$0")/../.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
failed=0
expect() { [ "$2" = "$3" ] || { echo "$1: '$3' wanted, '$2' found"; failed=1; }; }
# counts NUMBER: executions, reached, triggered, reached_at, triggered_at.
counts() { od -An -t u8 -w40 "$folder/counts" | awk -v n="$1" '{ print $n }'; }
control() {
    local program=$1
    head -c 40 /dev/zero >"$folder/counts"
    (ulimit -c 0; EXPOOL_SEEDED=$folder/counts "$build/oracle/$program" 300 1) >"$folder/output" 2>&1
}

control clean_pool_seq
expect "without a fault" $? 0
expect "without a fault, programs" "$(counts 1)" 300
expect "without a fault, triggered" "$(counts 3)" 0

control zero_ignored_when_cached
expect "a fault is a crash" $? 134
expect "a fault, triggered once" "$(counts 3)" 1
expect "a fault, by whom" "$(grep -ac '^DEDUP_TOKEN: result/not zeroed/' "$folder/output")" 1
[ "$(counts 5)" -le "$(counts 1)" ] || { echo "triggered after the end"; failed=1; }

refuses() {
    local line=$1
    shift
    "$build/fuzz/oracle" "$source/fuzz/seeded" "$build/oracle" "$build/oracle" "$folder" "$@" >"$folder/output" 2>&1
    expect "oracle $*" $? 2
    expect "oracle $*" "$(wc -l <"$folder/output")" 1
    grep -q -- "$line" "$folder/output" || { echo "oracle $*: no '$line' in: $(cat "$folder/output")"; failed=1; }
}
refuses "--tier takes A, B, C" --tier D
refuses "--trials takes a number from 1 to" --trials 0
refuses "--jobs takes a number from 1 to" --jobs
refuses "the nearest is 'zero_ignored_when_cached'" --fault zero_ignored
refuses "the nearest is '--trials'" --trails 3
exit $failed
