#!/usr/bin/env bash
# ci/test.sh [WORD] - runs the tests of build/dev and build/asan whose name contains WORD; the last line
# is "N passed, N failed". A test that this machine is too small for is named, and not counted.
set -euo pipefail
cd "$(dirname "$0")/.."
word=${1:-}
passed=0 failed=0

complain() {
    printf 'test: %s\n' "$1" >&2
    printf '%s passed, %s failed\n' "$passed" "$((failed + 1))"
    exit 1
}

# count VERDICT LOG: the tests that ended so, by ctest's own lines ("12/34 Test #5: name ... Passed 0.1 sec").
count() { grep -acE "^ *[0-9]+/[0-9]+ Test +#[0-9]+: [^ ]+ [ .]*$1 +[0-9.]+ sec" "$2" || true; }

chosen=()
[ -z "$word" ] || chosen=(-R "${word//[^A-Za-z0-9_]/ }") # a word, not a pattern: no name has a space
for preset in dev asan; do
    log=build/test-$preset.log
    ctest --test-dir "build/$preset" -j2 --output-on-failure --output-junit test.xml "${chosen[@]}" \
        >"$log" 2>&1 || true
    all=$(count '.*' "$log") ok=$(count Passed "$log") skipped=$(count '[*]+Skipped' "$log")
    bad=$((all - ok - skipped))
    printf '%-5s %s passed, %s failed\n' "$preset" "$ok" "$bad"
    [ "$skipped" -eq 0 ] || sed -nE 's/^.* Test +#[0-9]+: ([^ ]+) .*Skipped.*/      skipped: \1/p' "$log"
    [ "$bad" -eq 0 ] || grep -avE ' Passed |^ *Start ' "$log"
    passed=$((passed + ok)) failed=$((failed + bad))
    [ -n "$word" ] || [ "$ok" -gt 0 ] || complain "nothing ran in build/$preset; see $log"
done

if [ $((passed + failed)) -eq 0 ]; then
    names=$(ctest --test-dir build/dev -N | sed -n 's/.*Test *#[0-9]*: /  /p')
    near=$(grep -iF -e "${word:0:4}" -e "${word: -4}" <<<"$names" | head -n 10 || true)
    complain "no test has \"$word\" in its name; near it:"$'\n'"${near:-  nothing; \
ctest --test-dir build/dev -N lists all $(wc -l <<<"$names")}"
fi
printf '%s passed, %s failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
