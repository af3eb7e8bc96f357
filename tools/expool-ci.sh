#!/usr/bin/env bash
# expool-ci.sh [OPTION VALUE]... - builds a project, tests it under expool run and fuzzes its targets, in its folder:
#   - --build LINES: what builds the project, as a shell script; it finds expool by find_package and pkg-config
#   - --test LINE: runs tests, ctest --test-dir build; more of them: more lines, or the option again
#   - --fuzz SECONDS: for each fuzz target (60); 0: none is fuzzed
#   - --targets FILES: fuzz targets, patterns with blanks between (every program fuzz_* below this folder)
#   - --expect NAMES: only programs so named count as checked, 'test_*,demo' (expool run --help)
#   - --options KEY=VALUE:...: as EXPOOL_OPTIONS, verify=exact:leaks=at_exit (seed=1, so that a finding has one name)
#   - --timeout SECONDS: for each test line; then it and all it started is killed, a failure (0: no limit)
#   - --out FOLDER: what it writes, expool.sarif, *.xml (JUnit), *.log, crashes (expool-ci); emptied first
# An empty value leaves an option out. A test line that is more than a program and its words is run by bash: one
# command that fails ends it, and what it put into the background is waited for.
# Exit: 0 nothing found, 1 findings, failed tests or crashes, 2 the build failed, nothing was checked, it was stopped,
# or trouble.

# Every CI form calls it (docs/CI.md): what it finds lies in one folder, how it ends says what came of it.
set -euo pipefail

usage() {
    echo 'usage: expool-ci [OPTION VALUE]...'
    sed -nE '2,/^$/s/^# ?//p' "${BASH_SOURCE[0]}" | sed '1d; s/^  - /  /'
}

say() { printf 'expool-ci: %s\n' "$*" >&2; }
die() { say "$*"; exit 2; }

# bare LINE: without what stands in quotes.
bare() { sed -E "s/'[^']*'|\"[^\"]*\"/_/g" <<<"$1"; }

# is_plain LINE: a program and its words? All else is for a shell.
is_plain() {
    local line first
    line=$(bare "$1")
    read -r first _ <<<"$line"
    [[ ! $1 =~ [\`\$\\] && ! $line =~ [][\;\&\|\<\>\(\)\{\}\"\'\!\#] && $first != *=* && $(type -t -- "$first") == file ]]
}

# put_behind LINE: how many of its commands are put into the background.
put_behind() { bare "$1" | sed -E 's/&&|[<>]&|&>//g' | tr -cd '&' | wc -c; }

build='' tests='' seconds=60 targets='' expect='' options='' limit=0 out=expool-ci
while [ $# -gt 0 ]; do
    case $1 in --*=*) set -- "${1%%=*}" "${1#*=}" "${@:2}" ;; esac
    case $1 in
        -h | --help) usage; exit 0 ;;
        --build | --test | --fuzz | --targets | --expect | --options | --timeout | --out) ;;
        *) die "no option '$1' (expool-ci --help lists them)" ;;
    esac
    [ $# -ge 2 ] || die "$1 wants a value"
    case $1 in
        --build) build=$2 ;;
        --test) tests+=$2$'\n' ;;
        --fuzz) seconds=${2:-60} ;;
        --targets) targets=$2 ;;
        --expect) expect=$2 ;;
        --options) options=$2 ;;
        --timeout) limit=${2:-0} ;;
        --out) out=${2:-expool-ci} ;;
    esac
    shift 2
done
case $seconds in *[!0-9]*) die "--fuzz $seconds: a number of seconds, 60" ;; esac
case $limit in *[!0-9]*) die "--timeout $limit: a number of seconds, 600" ;; esac
case $out in */* | . | ..*) die "--out $out: the name of a folder in this one" ;; esac
[[ $tests =~ [^[:space:]] ]] || [ "$seconds" -gt 0 ] || die "neither tests nor fuzzing: nothing would be checked"
while IFS= read -r line; do
    [ "$(put_behind "$line")" -le 1 ] || die "--test '$line': which of those behind & failed would not be seen; a line each, or a script"
done <<<"$tests"
[ ! -e "$out" ] || [ -e "$out/.expool-ci" ] || die "--out $out: there already, and not made by expool-ci"

# expool: as installed, or of the checkout that this script lies in, which is installed beside its build.
prefix=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
if [ -e "$prefix/tools/expool-ci.sh" ]; then
    "$prefix/build.sh" install "$prefix/build/prefix" >/dev/null || die "expool cannot be built"
    prefix=$prefix/build/prefix
fi
library=$(dirname "$(find "$prefix"/lib* -name expool.pc -print -quit)")
[ -x "$prefix/bin/expool" ] || die "no expool in $prefix"
library=${library%/pkgconfig}
export PATH=$prefix/bin:$PATH CMAKE_PREFIX_PATH=$prefix${CMAKE_PREFIX_PATH:+:$CMAKE_PREFIX_PATH}
export PKG_CONFIG_PATH=$library/pkgconfig${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}
export LD_LIBRARY_PATH=$library${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
# What a byte too many is called depends on the pattern it fell on: one seed for all runs, so that findings stay the same.
export EXPOOL_OPTIONS=seed=1${EXPOOL_OPTIONS:+:$EXPOOL_OPTIONS}${options:+:$options}

rm -rf "$out"
mkdir -p "$out"
: >"$out/.expool-ci"
rows=() checked=0 worst=0 doing='' group=''

# row RESULT WHAT: a line of the summary.
row() {
    rows+=("$1|$2")
    say "$1: $2"
    case $1 in ok) ;; found) [ "$worst" -eq 2 ] || worst=1 ;; *) worst=2 ;; esac
}

# step LOG COMMAND...: runs it, in a group of its own so that nothing of it stays behind; how it ends. `show`: people
# read along.
step() {
    local log=$1 status=0 reader=''
    shift
    : >"$log"
    set -m
    "$@" >"$log" 2>&1 </dev/null &
    group=$!
    set +m
    [ -z "${show:-}" ] || { tail -n +1 -s 0.1 -f --pid="$group" "$log" & reader=$!; }
    wait "$group" 2>/dev/null || status=$? # without the shell's own word of a signal
    kill -KILL -- "-$group" 2>/dev/null || true
    group=''
    [ -z "$reader" ] || wait "$reader" || true
    return "$status"
}

# under NAME SECONDS OPTION COMMAND...: a step under expool run; its JUnit file and its records are named NAME.
under() {
    local name=$1 most=$2 option=$3
    shift 3
    step "$out/$name.log" timeout -k 5 "$most" expool run --report=junit,record -o "$out/$name" \
        ${expect:+--expect="$expect"} ${option:+"$option"} -- "$@"
}

run_test() {
    local number=$1 line=$2 status=0 begun=$SECONDS words awaited=''
    if is_plain "$line"; then
        eval "words=($line)"
    else
        # shellcheck disable=SC2016 # the other shell's
        [ "$(put_behind "$line")" -eq 0 ] || awaited=$'\n''[ -z "$!" ] || wait $! || [ $? -eq 143 ]' # killed, as servers are
        words=(bash -eo pipefail -c "$line$awaited")
    fi
    show=yes under "test-$number" "$limit" '' "${words[@]}" || status=$?
    if [ "$limit" -gt 0 ] && [ $((SECONDS - begun)) -ge "$limit" ] && [[ $status == 124 || $status == 137 ]]; then
        row found "$line (not done within $limit s)"
        return
    fi
    case $status in
        0) checked=$((checked + 1)) && row ok "$line" ;;
        121) row "nothing checked" "$line" ;;
        125 | 126 | 127) row trouble "$line" ;;
        *) checked=$((checked + 1)) && row found "$line (ended with $status)" ;;
    esac
}

# What a fuzzer says goes to its log only.
run_target() {
    local target=$1 name status=0 seeds=() runs
    name=$(basename "$target")
    mkdir -p "$out/corpus-$name"
    [ ! -d "corpus/$name" ] || seeds=("corpus/$name")
    under "$name" 0 --allow-idle "$target" "-max_total_time=$seconds" -print_final_stats=1 \
        "-artifact_prefix=$out/$name-" "$out/corpus-$name" "${seeds[@]}" || status=$?
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$out/$name.log" | tail -n 1)
    if [ "$status" -ne 0 ] && compgen -G "$out/$name-*-*" >/dev/null; then
        checked=$((checked + 1))
        row found "$name, after ${runs:-some} inputs: $(find "$out" -name "$name-*-*" -printf '%f ')"
    elif [ "$status" -ne 0 ]; then
        tail -n 20 "$out/$name.log" >&2
        row trouble "$name ended with $status"
    elif [ "${runs:-0}" -eq 0 ]; then
        row "nothing checked" "$name ran no input: is it a libFuzzer program?"
    else
        checked=$((checked + 1)) && row ok "$name, $runs inputs"
    fi
}

fuzz_all() {
    local found=() target
    if [ -n "$targets" ]; then
        # shellcheck disable=SC2206 # patterns
        found=($targets)
    else
        mapfile -t found < <(find . -type f -name 'fuzz_*' -not -name '*.*' -perm -u+x -not -path "./$out/*" -not -path './.expool/*' | sort)
    fi
    [ ${#found[@]} -gt 0 ] || say "no program fuzz_* below this folder: nothing is fuzzed"
    for target in "${found[@]}"; do
        doing=$target
        if [ -x "$target" ]; then run_target "$(realpath "$target")"; else row trouble "$target: no such program"; fi
    done
}

# What was found, as one SARIF file (one tool, one upload), and told to people and to GitHub.
report() {
    local records to=text line status=0
    records=("$out"/*.rec)
    [ -e "${records[0]}" ] || { records=("$out/none.rec") && : >"$out/none.rec"; }
    [ -z "${GITHUB_ACTIONS:-}" ] || to=github
    expool report "${records[@]}" --to sarif -o "$out/expool.sarif" || [ $? -eq 1 ] || die "no SARIF could be written"
    expool report "${records[@]}" --to "$to" || status=$?
    [ "$status" -le 1 ] || die "no report could be written"
    [ "$status" -eq 0 ] || [ "$worst" -ne 0 ] || row found "a step ended as if it had found nothing; its records tell"
    [ -z "${GITHUB_OUTPUT:-}" ] || echo "sarif=$out/expool.sarif" >>"$GITHUB_OUTPUT"
    {
        printf '| result | what |\n| --- | --- |\n'
        for line in "${rows[@]}"; do printf '| %s | %s |\n' "${line%%|*}" "$(tr '|\n' '/ ' <<<"${line#*|}")"; done | sed 's/ *|$/ |/'
    } >"$out/summary.md"
    [ -z "${GITHUB_STEP_SUMMARY:-}" ] || cat "$out/summary.md" >>"$GITHUB_STEP_SUMMARY"
}

# Stopped from outside, as CI services do: what earlier steps found is told all the same.
# shellcheck disable=SC2317 # trap calls it
stopped() {
    local i
    trap '' TERM INT HUP
    if [ -n "$group" ]; then
        kill -TERM -- "-$group" 2>/dev/null || true
        for ((i = 0; i < 30; i++)); do
            kill -0 "$group" 2>/dev/null || break # its records are written
            sleep 0.1
        done
        kill -KILL -- "-$group" 2>/dev/null || true
    fi
    row stopped "$doing, by a signal"
    report
    exit 2
}
trap stopped TERM INT HUP

run_tests() {
    local number=0 line
    while IFS= read -r line; do
        [[ $line =~ [^[:space:]] ]] || continue
        number=$((number + 1)) doing=$line
        run_test "$number" "$line"
    done <<<"$tests"
}

doing=$build
if [ -n "$build" ] && ! show=yes step "$out/build.log" bash -euo pipefail -c "$build"; then
    row "build failed" "$build"
else
    run_tests
    [ "$seconds" -eq 0 ] || fuzz_all
    [ ${#rows[@]} -gt 0 ] || row "nothing checked" "no tests and no fuzz targets"
fi
doing='its report'
report
words=("nothing found" "something was found" "not everything could be checked")
echo "expool-ci: ${words[$worst]}: $checked of ${#rows[@]} steps checked something; all of it in $out/"
exit "$worst"
