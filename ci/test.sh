# shellcheck shell=bash
# ci/test.sh - `./build.sh test [WORD]`, which reads this file: the tests of build/dev and build/asan whose name
# contains WORD; the last line is "N passed, N failed". A test that this machine is too small for is named, and not
# counted. The tree asan is built beside the tree dev and its tests, on what these leave of the processors.
# time: 430 s
passed=0 failed=0 beside=''

complain() {
    printf 'test: %s\n' "$1" >&2
    printf '%s passed, %s failed\n' "$passed" "$((failed + 1))"
    exit 1
}

# count VERDICT LOG: the tests that ended so, by ctest's own lines ("12/34 Test #5: name ... Passed 0.1 sec").
count() { grep -acE "^ *[0-9]+/[0-9]+ Test +#[0-9]+: [^ ]+ [ .]*$1 +[0-9.]+ sec" "$2" || true; }

# test_preset PRESET WORD: runs its tests and counts them.
test_preset() {
    local preset=$1 word=$2 log=build/test-$1.log all ok skipped bad chosen=()
    [ -z "$word" ] || chosen=(-R "${word//[^A-Za-z0-9_]/ }") # a word, not a pattern: no name has a space
    ctest --test-dir "build/$preset" -j4 --output-on-failure --output-junit test.xml "${chosen[@]}" \
        >"$log" 2>&1 || true
    all=$(count '.*' "$log") ok=$(count Passed "$log") skipped=$(count '[*]+Skipped' "$log")
    bad=$((all - ok - skipped))
    printf '%-5s %s passed, %s failed\n' "$preset" "$ok" "$bad"
    [ "$skipped" -eq 0 ] || sed -nE 's/^.* Test +#[0-9]+: ([^ ]+) .*Skipped.*/      skipped: \1/p' "$log"
    [ "$bad" -eq 0 ] || grep -avE ' Passed |^ *Start ' "$log"
    passed=$((passed + ok)) failed=$((failed + bad))
    [ -n "$word" ] || [ "$ok" -gt 0 ] || complain "nothing ran in build/$preset; see $log"
}

# build_beside PRESET: builds it in the background, at a low priority; `beside` is its process. It ends with this one.
build_beside() {
    set -m # a group of its own, to end it as one
    (
        renice -n 10 -p "$BASHPID" >/dev/null
        make_preset "$1" 2>&1 | cat >&2
    ) &
    beside=$!
    set +m
    trap 'kill -- "-$beside" 2>/dev/null || true' EXIT
}

# await_beside PRESET
await_beside() {
    local watcher='' status=0
    [ ! -t 2 ] || { show_progress "build/$1.log" & watcher=$!; }
    wait "$beside" || status=$?
    [ -z "$watcher" ] || { kill "$watcher" && printf '\r\033[K' >&2; }
    [ "$status" -eq 0 ] || complain "build/$1 could not be built"
}

test_presets() {
    local word=$1 names near
    build_beside asan
    make_preset dev
    test_preset dev "$word"
    await_beside asan
    test_preset asan "$word"
    if [ $((passed + failed)) -eq 0 ]; then
        names=$(ctest --test-dir build/dev -N | sed -n 's/.*Test *#[0-9]*: /  /p')
        near=$(grep -iF -e "${word:0:4}" -e "${word: -4}" <<<"$names" | head -n 10 || true)
        complain "no test has \"$word\" in its name; near it:"$'\n'"${near:-  nothing; \
ctest --test-dir build/dev -N lists all $(wc -l <<<"$names")}"
    fi
    printf '%s passed, %s failed\n' "$passed" "$failed"
    [ "$failed" -eq 0 ]
}
