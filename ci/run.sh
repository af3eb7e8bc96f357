#!/usr/bin/env bash
# ci/run.sh - every job that fits into 45 minutes on two cores; its end is one screen (ci/summary.py, which also writes
# build/ci/junit.xml), whose last line is "N passed, N failed". Each job is ci/jobs/NAME.sh and runs by hand as well; its
# last line says what it covered, a line "# time: 60 s" in it how long that takes.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
export CI=true
mkdir -p build/ci
passed=0 failed=0 jobs=(test)
minutes=12 # for a job; lint takes five to eight on two cores

# line NAME STATUS SECONDS: one line a job.
line() {
    printf '%-12s %-6s %4ss  %s\n' "$1" "$2" "$3" "$(tail -n 1 "build/ci/$1.log")"
}

# run NAME: what it prints, and how it ended, in build/ci/.
run() {
    local began=$SECONDS status=0
    rm -f "build/ci/$1.end"
    timeout -k 10 "${minutes}m" "ci/jobs/$1.sh" >"build/ci/$1.log" 2>&1 </dev/null || status=$?
    [ "$status" -ne 124 ] || echo "not done within $minutes minutes" >>"build/ci/$1.log"
    echo "$status $((SECONDS - began))" >"build/ci/$1.end"
}

# judge NAME: counts it, and shows what it says if it failed.
judge() {
    local status=1 seconds=0
    jobs+=("$1")
    read -r status seconds <"build/ci/$1.end" || true
    if [ "$status" = 0 ]; then
        passed=$((passed + 1))
        line "$1" ok "$seconds"
    else
        failed=$((failed + 1))
        line "$1" FAILED "$seconds"
        tail -n 200 "build/ci/$1.log"
    fi
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
echo "$((failed > 0)) $((SECONDS - began))" >build/ci/test.end
if [ "$failed" -eq 0 ]; then line test ok "$((SECONDS - began))"; else line test FAILED "$((SECONDS - began))"; fi

run lint
judge lint

# These have a single thread, and so have the greater parts of the others; what they build is built when those begin.
singles=(late-use old-kernel package)
halves=(user-ci apps bench afl determinism fuzz-goals checkers)
for job in "${singles[@]}"; do run "$job"; done &
for job in "${halves[@]}"; do
    run "$job"
    judge "$job"
done
wait
for job in "${singles[@]}"; do judge "$job"; done

for job in ci/jobs/*.sh; do
    name=$(basename "$job" .sh)
    [[ " lint ${singles[*]} ${halves[*]} " != *" $name "* ]] || continue
    run "$name"
    judge "$name"
done

echo
python3 ci/summary.py build/ci "${jobs[@]}" || failed=$((failed + 1))
printf '%s passed, %s failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
