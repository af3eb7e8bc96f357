#!/usr/bin/env bash
# ci/test.sh [WORD] - runs the tests of build/dev and build/asan whose name contains WORD; the last line
# is "N passed, N failed".
set -euo pipefail
cd "$(dirname "$0")/.."
word=${1:-}
passed=0 failed=0

for preset in dev asan; do
    log=build/test-$preset.log
    ctest --test-dir "build/$preset" -j2 --output-on-failure --output-junit "test.xml" \
        ${word:+-R "$word"} >"$log" 2>&1 || true
    ok=$(grep -ac ' Passed ' "$log" || true)
    all=$(grep -acE 'Test +#[0-9]+:.*[0-9.]+ sec' "$log" || true)
    bad=$((all - ok))
    printf '%-5s %s passed, %s failed\n' "$preset" "$ok" "$bad"
    [ "$bad" -eq 0 ] || grep -avE ' Passed |^ *Start ' "$log"
    passed=$((passed + ok)) failed=$((failed + bad))
done

if [ $((passed + failed)) -eq 0 ]; then
    names=$(ctest --test-dir build/dev -N | sed -n 's/.*Test *#[0-9]*: /  /p')
    near=$(grep -i -e "${word:0:4}" -e "${word: -4}" <<<"$names" | head -n 10 || true)
    printf 'test: no test has "%s" in its name; near it:\n%s\n' "$word" \
        "${near:-  nothing; build/dev has $(wc -l <<<"$names") tests, ctest --test-dir build/dev -N lists them}" >&2
    printf '0 passed, 1 failed\n'
    exit 1
fi
printf '%s passed, %s failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
