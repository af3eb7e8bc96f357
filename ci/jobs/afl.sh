#!/usr/bin/env bash
# AFL++: each target built and started with afl-clang-fast; those of programs with our mutator, whose queue must
# grow, hold whole records only, and tell in its file names what was done. afl.sh SECONDS: in all (28).
# time: 120 s
set -euo pipefail
cd "$(dirname "$0")/../.."
./build.sh setup
seconds=$(((${1:-28} + 6) / 7)) # for each of seven
export AFL_QUIET=1 AFL_NO_UI=1 AFL_SKIP_CPUFREQ=1 AFL_NO_AFFINITY=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1
unset EXPOOL_OPTIONS
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p build "$work/in"
head -c 8 /dev/zero >"$work/in/empty"

make_all() {
    cmake --preset dev && cmake --build build/dev --target expool_afl_mutator &&
        cmake --preset fuzz-afl && cmake --build build/fuzz-afl
}
make_all >build/afl.log 2>&1 || { tail -n 30 build/afl.log; exit 1; }

# is_program TARGET: its inputs are programs; only those are linked with our mutator for libFuzzer.
is_program() { grep -qa LLVMFuzzerCustomMutator "$1"; }

found=0 programs=0 started=0 stability=100
for target in build/fuzz-afl/fuzz/fuzz_*; do
    name=$(basename "$target") out=$work/$(basename "$target")
    mutator=()
    ! is_program "$target" ||
        mutator=(AFL_CUSTOM_MUTATOR_ONLY=1 "AFL_CUSTOM_MUTATOR_LIBRARY=$PWD/build/dev/fuzz/expool_afl_mutator.so")
    env "${mutator[@]}" timeout $((seconds + 60)) afl-fuzz -V "$seconds" -i "$work/in" -o "$out" -- "$target" >"$out.log" 2>&1 ||
        { tail -n 20 "$out.log"; echo "$name: afl-fuzz ended with an error"; exit 1; }
    mapfile -t queue < <(find "$out/default/queue" -type f -name 'id:*' ! -name '*orig:*')
    [ "$(find "$out/default/crashes" -name 'id:*' | wc -l)" -eq 0 ] || { echo "$name: inputs crashed"; exit 1; }
    [ ${#queue[@]} -gt 0 ] || { echo "$name: nothing new in $seconds s"; exit 1; }
    started=$((started + 1))
    stable=$(sed -n 's/^stability *: \([0-9.]*\)%/\1/p' "$out/default/fuzzer_stats")
    stability=$(printf '%s\n' "$stability" "$stable" | sort -g | head -n 1)
    printf '%s: %s inputs found, stability %s %%\n' "$name" "${#queue[@]}" "$stable"
    [ ${#mutator[@]} -gt 0 ] || continue
    for input in "${queue[@]}"; do
        [ $(($(stat -c %s "$input") % 8)) -eq 0 ] || { echo "$input is no whole records"; exit 1; }
        [[ $input =~ (insert|argument|repeat|move|delete|burst|fresh|header|raw) ]] ||
            { echo "$input does not say what was done"; exit 1; }
    done
    programs=$((programs + 1)) found=$((found + ${#queue[@]}))
done
[ "$programs" -gt 0 ] || { echo "no target of programs"; exit 1; }
mkdir -p build/goals
printf '{"figure": %s, "goal": 100, "is_met": %s, "what": "AFL++ stability of the least stable target, per cent"}\n' \
    "$stability" "$([ "$stability" = 100.00 ] || [ "$stability" = 100 ] && echo true || echo false)" >build/goals/G10-afl.json
echo "$started targets under AFL++, $programs with our mutator: $found inputs found in $seconds s each, all of whole records"
