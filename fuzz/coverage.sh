#!/usr/bin/env bash
# coverage.sh BUILD-FOLDER [TARGET] - how much of pool/ and verifier/ the committed corpus runs: the replay programs of
# a build that counts (preset coverage) run corpus/evolved, corpus/seeds and corpus/regressions. A table, a page
# (build/coverage/html/index.html) and build/coverage/coverage.json.
set -euo pipefail
cd "$(dirname "$0")/.."
build=$1 wanted=${2:-all} out=build/coverage
version=$(clang -dumpversion | cut -d. -f1)
cov=$(command -v "llvm-cov-$version" llvm-cov | head -n 1 || true)
profdata=$(command -v "llvm-profdata-$version" llvm-profdata | head -n 1 || true)
[[ -n $cov && -n $profdata ]] || { echo "coverage: llvm-cov or llvm-profdata is missing (apt-get install llvm-$version)" >&2; exit 2; }

mkdir -p "$out"
rm -rf "$out/raw" "$out/inputs" "$out/html"
mkdir -p "$out/raw" "$out/inputs"
programs=()
for program in "$build"/fuzz/replay_*; do
    name=${program##*/replay_}
    [ "$wanted" = all ] || [ "$wanted" = "$name" ] || continue
    programs+=("$program")
    inputs=(corpus/seeds corpus/regressions)
    if [ -e "corpus/evolved/$name.zip" ]; then
        mkdir "$out/inputs/$name"
        unzip -q "corpus/evolved/$name.zip" -d "$out/inputs/$name"
        inputs+=("$out/inputs/$name")
    fi
    status=0
    said=$(LLVM_PROFILE_FILE=$out/raw/$name-%p.profraw "$program" "${inputs[@]}" 2>"$out/$name.log") || status=$?
    printf '%-17s %s\n' "$name" "$(tail -n 1 <<<"$said")"
    [ "$status" -eq 0 ] || { echo "coverage: replay_$name ended with $status; all it said is in $out/$name.log" >&2; exit 2; }
done
[ ${#programs[@]} -gt 0 ] || { echo "coverage: no target '$wanted'; there are $(cd "$build/fuzz" && printf '%s ' replay_* | sed 's/replay_//g')" >&2; exit 2; }
"$profdata" merge -sparse "$out"/raw/*.profraw -o "$out/corpus.profdata"

# They differ in one source each; what is shared counts once.
objects=("${programs[0]}")
for program in "${programs[@]:1}"; do objects+=(-object "$program"); done
here=${PWD//+/\\+}
scope="-ignore-filename-regex=^$here/(kernel|fuzz|include|bench)/"
"$cov" export -summary-only -instr-profile="$out/corpus.profdata" "${objects[@]}" "$scope" >"$out/summary.json" 2>"$out/export.log"
"$cov" show -format=html -output-dir="$out/html" -instr-profile="$out/corpus.profdata" "${objects[@]}" "$scope" 2>"$out/show.log"
"$cov" show -instr-profile="$out/corpus.profdata" "${objects[@]}" "$scope" >"$out/lines.txt" 2>>"$out/show.log"

# Where a bug check begins: a line that raises one, or gives a violation its kind. Lines that only ask which kind it
# is, or for a kind's words, are none. FILE LINE COUNT.
awk -F'|' '/^[^ ].*:$/ { file = $0; sub(/:$/, "", file); sub(/.*\/(pool|verifier)\//, "", file) }
    NF >= 3 && $2 ~ /[0-9]/ {
        text = $0; sub(/^[^|]*\|[^|]*\|/, "", text)
        gsub(/VIOLATION_(KIND_COUNT|SIDES_MAX)/, "", text)
        gsub(/([=!<>]=|violation_(rule|title|advice)\() *VIOLATION_[A-Z_]+/, "", text)
        if (text ~ /(violation_raise|bugcheck_stop)\(/ || (text ~ /VIOLATION_[A-Z]/ && text !~ /^ *(case|\[)/)) {
            gsub(/ /, "", $1); gsub(/ /, "", $2); print file, $1, $2
        }
    }' "$out/lines.txt" >"$out/sites.txt"
sites=$(wc -l <"$out/sites.txt")
reached=$(awk '$3 != "0"' "$out/sites.txt" | wc -l)

# Whole, and without the files that are somebody else's.
others=$(grep -v '^#' fuzz/coverage_scope.txt | cut -f 1 | paste -sd '|')
jq --argjson sites "$sites" --argjson reached "$reached" --arg target "$wanted" --arg others "^($others)\$" '
    def part(p): {covered: ([.[].summary[p].covered] | add), count: ([.[].summary[p].count] | add)} | .percent = 100 * .covered / .count;
    .data[0].files | {format: "expool-coverage/1", target: $target, lines: part("lines"), branches: part("branches"),
        functions: part("functions"), sites: {covered: $reached, count: $sites, percent: (100 * $reached / $sites)},
        files: [.[] | {name: (.filename | sub(".*/(?<f>(pool|verifier)/[^/]*)$"; "\(.f)")),
            lines: .summary.lines, branches: .summary.branches}] | sort_by(.name)} |
    def sum(p): {covered: ([.[][p].covered] | add), count: ([.[][p].count] | add)} | .percent = 100 * .covered / .count;
    .files |= map(.is_subject = (.name | test($others) | not)) |
    .subject = (.files | map(select(.is_subject)) | {files: length, lines: sum("lines"), branches: sum("branches")})' "$out/summary.json" >"$out/coverage.json"

printf '\n%-32s %15s %15s\n' file 'lines' 'branches'
jq -r '.files[] | [.name, .lines.covered, .lines.count, .branches.covered, .branches.count,
    if .is_subject then "" else "  not the subject" end] | @tsv' "$out/coverage.json" |
    awk -F'\t' 'function part(a, b) { return b == 0 ? "-" : sprintf("%d/%d %5.1f%%", a, b, 100 * a / b) }
        { printf "%-32s %19s %19s%s\n", $1, part($2, $3), part($4, $5), $6 }'
unreached=$(awk '$3 == "0" { printf "%s%s:%s", sep, $1, $2; sep = " " }' "$out/sites.txt")
[ -z "$unreached" ] || printf '\nbug checks that no input reaches: %s\n' "$unreached"
printf '\npage: %s/html/index.html   machines: %s/coverage.json\n' "$out" "$out"
jq -r '"of the \(.subject.files) files that are the subject (fuzz/coverage_scope.txt names the others): " +
    "\(.subject.lines.percent * 10 | round / 10) % of lines, \(.subject.branches.percent * 10 | round / 10) % of branches",
    "coverage of pool/ and verifier/ by the committed corpus: \(.lines.percent * 10 | round / 10) % of lines, " +
    "\(.branches.percent * 10 | round / 10) % of branches, \(.sites.covered) of \(.sites.count) places that stop"' "$out/coverage.json"
