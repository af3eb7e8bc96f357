#!/usr/bin/env bash
# expool-ci.sh [OPTION VALUE]... - builds a project, tests it under expool run and fuzzes its targets, in its folder:
#   - --build LINES: what builds the project, as a shell script; it finds expool by find_package and pkg-config
#   - --test LINE: runs tests, ctest --test-dir build; more of them: more lines, or the option again
#   - --fuzz SECONDS: for each fuzz target (60); 0: none is fuzzed
#   - --targets FILES: fuzz targets, patterns with blanks between (every program fuzz_* below this folder)
#   - --expect NAMES: only programs so named count as checked, 'test_*,demo' (expool run --help)
#   - --options TEXT: as EXPOOL_OPTIONS, verify=exact:leaks=at_exit (seed=1, so that a finding has one name)
#   - --out FOLDER: what it writes, expool.sarif, *.xml (JUnit), *.log, crashes (expool-ci); emptied first
# An empty value leaves an option out. Exit: 0 nothing found, 1 findings, failed tests or crashes, 2 the build failed,
# nothing was checked, or trouble.

# Every CI form calls it (docs/CI.md): what it finds lies in one folder, how it ends says what came of it.
set -euo pipefail

usage() {
    echo 'usage: expool-ci [OPTION VALUE]...'
    sed -nE '2,/^$/s/^# ?//p' "${BASH_SOURCE[0]}" | sed '1d; s/^  - /  /'
}

say() { printf 'expool-ci: %s\n' "$*" >&2; }
die() { say "$*"; exit 2; }

build='' tests='' seconds=60 targets='' expect='' options='' out=expool-ci
while [ $# -gt 0 ]; do
    case $1 in
        -h | --help) usage; exit 0 ;;
        --build | --test | --fuzz | --targets | --expect | --options | --out) ;;
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
        --out) out=${2:-expool-ci} ;;
    esac
    shift 2
done
case $seconds in *[!0-9]*) die "--fuzz $seconds: a number of seconds, 60" ;; esac
case $out in /* | . | ..*) die "--out $out: the name of a folder in this one" ;; esac
[[ $tests =~ [^[:space:]] ]] || [ "$seconds" -gt 0 ] || die "neither tests nor fuzzing: nothing would be checked"
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
rows=() checked=0 worst=0

# row RESULT WHAT: a line of the summary.
row() {
    rows+=("$1|$2")
    say "$1: $2"
    case $1 in ok) ;; found) [ "$worst" -eq 2 ] || worst=1 ;; *) worst=2 ;; esac
}

# under NAME LINE [OPTION]: runs a line's words under expool run; its JUnit file and its records are named NAME.
under() {
    local words=("--report=junit,record" -o "$out/$1" ${expect:+--expect="$expect"} ${3:+"$3"})
    bash -c "exec expool run \"\$@\" -- $2" expool-ci "${words[@]}" 2>&1
}

run_test() {
    local status=0
    under "test-$1" "$2" | tee "$out/test-$1.log" || status=$?
    case $status in
        0) checked=$((checked + 1)) && row ok "$2" ;;
        121) row "nothing checked" "$2" ;;
        125 | 126 | 127) row trouble "$2" ;;
        *) checked=$((checked + 1)) && row found "$2 (ended with $status)" ;;
    esac
}

# What a fuzzer says goes to its log only.
run_target() {
    local target=$1 name status=0 seeds=() runs
    name=$(basename "$target")
    mkdir -p "$out/corpus-$name"
    [ ! -d "corpus/$name" ] || seeds=("corpus/$name")
    under "$name" "${target@Q} -max_total_time=$seconds -print_final_stats=1 -artifact_prefix=${out@Q}/$name- \
        ${out@Q}/corpus-$name ${seeds[*]@Q}" --allow-idle >"$out/$name.log" || status=$?
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
        if [ -x "$target" ]; then run_target "$(realpath "$target")"; else row trouble "$target: no such program"; fi
    done
}

# What was found, as one SARIF file (one tool, one upload), and told to people and to GitHub.
report() {
    local records to=text line
    records=("$out"/*.rec)
    [ -e "${records[0]}" ] || { records=("$out/none.rec") && : >"$out/none.rec"; }
    [ -z "${GITHUB_ACTIONS:-}" ] || to=github
    expool report "${records[@]}" --to sarif -o "$out/expool.sarif" || [ $? -eq 1 ] || die "no SARIF could be written"
    expool report "${records[@]}" --to "$to" || [ $? -eq 1 ] || die "no report could be written"
    [ -z "${GITHUB_OUTPUT:-}" ] || echo "sarif=$out/expool.sarif" >>"$GITHUB_OUTPUT"
    {
        printf '| result | what |\n| --- | --- |\n'
        for line in "${rows[@]}"; do printf '| %s | %s |\n' "${line%%|*}" "$(tr '|\n' '/ ' <<<"${line#*|}")"; done | sed 's/ *|$/ |/'
    } >"$out/summary.md"
    [ -z "${GITHUB_STEP_SUMMARY:-}" ] || cat "$out/summary.md" >>"$GITHUB_STEP_SUMMARY"
}

if [ -n "$build" ] && ! bash -euo pipefail -c "$build" 2>&1 | tee "$out/build.log"; then
    row "build failed" "$build"
else
    number=0
    while IFS= read -r line; do
        [[ $line =~ [^[:space:]] ]] || continue
        number=$((number + 1))
        run_test "$number" "$line"
    done <<<"$tests"
    [ "$seconds" -eq 0 ] || fuzz_all
    [ ${#rows[@]} -gt 0 ] || row "nothing checked" "no tests and no fuzz targets"
fi
report
words=("nothing found" "something was found" "not everything could be checked")
echo "expool-ci: ${words[$worst]}: $checked of ${#rows[@]} steps checked something; all of it in $out/"
exit "$worst"
