#!/usr/bin/env bash
# ci/run.sh - every job that fits into 45 minutes on two cores; the last line is "N passed, N failed".
# Each job is ci/jobs/NAME.sh and runs by hand as well; its last line says what it covered.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
export CI=true
mkdir -p build/ci
passed=0 failed=0

# The README's own command first.
start=$SECONDS
./build.sh test 2>&1 | tee build/ci/test.log
if [ "${PIPESTATUS[0]}" -eq 0 ]; then status=ok; else status=FAILED; fi
counts=$(tail -n 1 build/ci/test.log)
printf '%-12s %-6s %4ss  %s\n' test "$status" "$((SECONDS - start))" "$counts"
passed=$((passed + $(sed -n 's/^\([0-9]*\) passed.*/\1/p' <<<"$counts" || echo 0)))
failed=$((failed + $(sed -n 's/.* \([0-9]*\) failed$/\1/p' <<<"$counts" || echo 1)))

for job in ci/jobs/*.sh; do
    name=$(basename "$job" .sh) start=$SECONDS
    if "$job" >"build/ci/$name.log" 2>&1; then
        passed=$((passed + 1)) status=ok
    else
        failed=$((failed + 1)) status=FAILED
    fi
    printf '%-12s %-6s %4ss  %s\n' "$name" "$status" "$((SECONDS - start))" \
        "$(tail -n 1 "build/ci/$name.log")"
    [ $status = ok ] || tail -n 60 "build/ci/$name.log"
done

printf '%s passed, %s failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
