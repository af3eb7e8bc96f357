#!/usr/bin/env bash
# ci/nightly.sh SECONDS [JOB...] - the jobs that find more the longer they run, each for about SECONDS, one behind the
# other: fuzz, oracle, differential, soak, late-use and afl, or those named. What they said is in build/nightly/, as
# JUnit in junit.xml there; the last line is "N passed, N failed".
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
known=(fuzz oracle differential soak late-use afl)
case ${1:-} in '' | *[!0-9]* | 0) echo "nightly: how many seconds for each job? ci/nightly.sh 3600" >&2 && exit 2 ;; esac
seconds=$1 passed=0 failed=0
shift
jobs=("${@:-${known[@]}}")
for job in "${jobs[@]}"; do
    [[ " ${known[*]} " == *" $job "* ]] || { echo "nightly: no job '$job' (${known[*]})" >&2 && exit 2; }
done
mkdir -p build/nightly
[ -e build/dev/build.ninja ] || ./build.sh setup
for job in "${jobs[@]}"; do
    began=$SECONDS status=0
    timeout -k 10 $((seconds + seconds / 2 + 900)) "ci/jobs/$job.sh" "$seconds" >"build/nightly/$job.log" 2>&1 </dev/null || status=$?
    echo "$status $((SECONDS - began))" >"build/nightly/$job.end"
    if [ "$status" -eq 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
done
python3 ci/summary.py build/nightly "${jobs[@]}" || failed=$((failed + 1))
printf '%s passed, %s failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
