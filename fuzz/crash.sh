#!/usr/bin/env bash
# crash.sh BUILD-FOLDER [NAME...] - the way from crash to fix, tried on the seeded faults: random programs until one
# fails, or the corpus, a folder of it, and each of its forms run in a process of its own. A line a fault, and
# BUILD-FOLDER/../goals/G11.json when all were tried. 1 when a form does not reproduce or is too long.
set -uo pipefail
build=$(cd "$1" && pwd)
source=$(cd "$(dirname "$0")/.." && pwd)
shift
replays=$build/oracle/replay
into=${CRASHES:-$build/oracle/crashes}
goals=$(dirname "$build")/goals
programs=60000 # of random ones, at most, for each fault
[ -d "$replays" ] || { echo "crash: no faulty replay programs in $replays (build the target seeded_replays)" >&2; exit 2; }
rm -rf "$into"
mkdir -p "$into" "$goals"
names=("$@")
[ ${#names[@]} -gt 0 ] || mapfile -t names < <(basename -s .patch "$source"/fuzz/seeded/*.patch)

# What the faults call when they are reached; nobody counts here.
printf '#include <stdbool.h>\nvoid seeded_reached(void) {}\nvoid seeded_triggered(bool is_wrong) { (void)is_wrong; }\n' \
    >"$into/counts.c"
gcc -c "$into/counts.c" -o "$into/counts.o" || exit 2

# library NAME: libexpool.a with the fault in it.
library() {
    local name=$1 object objects
    object=$(find "$build/CMakeFiles/oracle_${name}_object.dir" -name '*.o')
    mapfile -t objects < <(find "$build/CMakeFiles/expool_objects.dir" -name '*.o' \
        ! -path "*/${object##*/source/"$name"/}")
    rm -f "$into/$name.a"
    (cd "$into" && ld -r -o "$name.o" "${objects[@]}" "$object" counts.o && # whole, as the library is (decision 0006)
        ar rcT "$name.a" "$name.o" "$build/libbacktrace/libbacktrace.a") 2>"$into/ar.log" ||
        { cat "$into/ar.log"; exit 2; }
}

# fails NAME OPTION...: whether the fault's program dies over its inputs; the last are in $into/NAME.history then.
fails() {
    local name=$1 ends=0
    shift
    { EXPOOL_FUZZ_HISTORY=$into/$name.history timeout 60 "$replays/$name" "$@" >/dev/null 2>"$into/$name.log"; } 2>/dev/null || ends=$?
    [ $ends -ne 0 ] && [ $ends -ne 2 ] && [ $ends -ne 124 ]
}

# fails_in_corpus NAME: the same over everything that is committed.
fails_in_corpus() {
    local archive
    for archive in "$source"/corpus/evolved/*.zip; do
        mkdir -p "$into/corpus"
        unzip -q -o "$archive" -d "$into/corpus/$(basename "$archive" .zip)" || exit 2
    done
    fails "$1" --hashes "$source/corpus/seeds" "$source/corpus/regressions" "$into/corpus"
}

# row NAME WHAT-FOUND-IT [meta.json]: one fault's line, and its row in the JSON.
row() {
    local meta=${3:-/dev/null}
    jq -cn --arg fault "$1" --arg by "$2" --slurpfile meta "$meta" \
        '{fault: $fault, found_by: $by} + ($meta[0] // {} | {key, operations, operations_before, inputs_before, turns, reproduces, no_repro_c})
         | with_entries(select(.value != null))' >>"$into/rows"
    tail -n 1 "$into/rows" | jq -r '[.fault, .found_by, .key // "-", "\(.operations // "-") operations",
        (.reproduces // {} | to_entries | map("\(.key) \(.value)") | join(", "))] | join("  ")'
}

for name in "${names[@]}"; do
    [ -x "$replays/$name" ] || { echo "crash: no program with the fault '$name' (build the target seeded_replays)" >&2; exit 2; }
    by=random
    if ! fails "$name" --generate $programs; then
        by=corpus
        fails_in_corpus "$name" || { row "$name" nothing; continue; }
    fi
    library "$name"
    folder=$(EXPOOL_LIBRARY=$into/$name.a "$replays/$name" --triage --into "$into/$name" --note "fault=$name" \
        --history "$into/$name.history" 2>"$into/$name.said")
    if [ -n "$folder" ]; then row "$name" $by "$folder/meta.json"; else row "$name" "$by; nothing fails alone"; fi
done
is_whole='(.reproduces | length > 0 and all(. == true))'
count() { jq -s "[.[] | select($1)] | length" "$into/rows"; }
found=$(count '.key != null') whole=$(count "$is_whole") short=$(count '.key != null and .operations <= 10')
silent=$(count '.found_by | endswith("alone")') keys=$(jq -s 'map(.key // empty) | unique | length' "$into/rows")
[ "$found" -gt 0 ] || { echo "crash: no fault failed: nothing was tried" >&2; exit 2; }
is_met=false
[ "$whole" -eq "$found" ] && [ "$silent" -eq 0 ] && [ $((short * 100)) -ge $((found * 95)) ] && is_met=true
line="$whole of $found keys reproduce from input.bin, program.txt and repro.c; $short minimized to 10 operations or less; $keys different keys"
[ $# -gt 0 ] || jq -s --argjson figure $((whole * 100 / (found + silent))) --argjson is_met $is_met --arg what "$line" \
    '{figure: $figure, goal: 100, is_met: $is_met, what: $what, faults: .}' "$into/rows" >"$goals/G11.json"
echo "crash: $line; $silent were not shown by any input alone"
# A few faults by name may all end in an invariant, which has no state to group by.
if [ $# -eq 0 ] || grep -qs '^DEDUP_TOKEN: ' "$into"/*.log; then
    "$source/fuzz/clusters.py" "$into"/*.log || exit 1
fi
$is_met
