#!/usr/bin/env bash
# ci/run.sh - every job that fits into 45 minutes on two cores; the last line is "N passed, N failed".
# Each job is ci/jobs/NAME.sh and runs by hand as well; its last line says what it covered.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
export CI=true
mkdir -p build/ci
passed=0 failed=0
minutes=10 # for a job; the slowest takes one on two cores

# line NAME STATUS BEGAN: one line a job.
line() {
    printf '%-12s %-6s %4ss  %s\n' "$1" "$2" "$((SECONDS - $3))" "$(tail -n 1 "build/ci/$1.log")"
}

# The README's own command first: its tests are counted one by one.
began=$SECONDS
timeout -k 10 "${minutes}m" ./build.sh test </dev/null 2>&1 | tee build/ci/test.log
status=${PIPESTATUS[0]}
if [[ $(tail -n 1 build/ci/test.log) =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]]; then
    passed=${BASH_REMATCH[1]} failed=${BASH_REMATCH[2]}
fi
[ "$status" -eq 0 ] || [ "$failed" -gt 0 ] || failed=1
[ "$passed" -gt 0 ] || [ "$failed" -gt 0 ] || failed=1
if [ "$failed" -eq 0 ]; then line test ok "$began"; else line test FAILED "$began"; fi

for job in ci/jobs/*.sh; do
    name=$(basename "$job" .sh) began=$SECONDS
    timeout -k 10 "${minutes}m" "$job" >"build/ci/$name.log" 2>&1 </dev/null
    status=$?
    [ "$status" -ne 124 ] || echo "not done within $minutes minutes" >>"build/ci/$name.log"
    if [ "$status" -eq 0 ]; then
        passed=$((passed + 1))
        line "$name" ok "$began"
    else
        failed=$((failed + 1))
        line "$name" FAILED "$began"
        tail -n 200 "build/ci/$name.log"
    fi
done

printf '%s passed, %s failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
