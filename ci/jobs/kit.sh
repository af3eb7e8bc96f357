#!/usr/bin/env bash
# The driver kit from outside the tree: both examples built with find_package (clang, libFuzzer) and with pkg-config
# (gcc, no engine) against an installed expool. The sound drivers stay silent; each of the object table's six planted
# bugs is found from an empty corpus, replayed, made shorter, and made C that finds the same.
# time: 50 s
set -euo pipefail
cd "$(dirname "$0")/../.."
./build.sh setup
root=$PWD work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
./build.sh install "$work/prefix" >/dev/null
cp -r examples/object_table examples/driver_buffer "$work"
cd "$work"
PKG_CONFIG_PATH=$(dirname "$(find "$work/prefix" -name expool-kit.pc)")
export PKG_CONFIG_PATH

# build FOLDER OUT [cmake arguments]: replay_* and fuzz_* in FOLDER/OUT.
build() {
    local folder=$1 out=$1/$2
    shift 2
    { cmake -G Ninja -S "$folder" -B "$out" -DCMAKE_PREFIX_PATH="$work/prefix" -DCMAKE_C_COMPILER=clang "$@" &&
        cmake --build "$out"; } >"$out.log" 2>&1 || { cat "$out.log"; exit 1; }
}

build driver_buffer out
build object_table out
build object_table asan -DSANITIZE=address
make -s -C object_table CC=gcc replay_object_table fuzz_object_table
make -s -C driver_buffer CC=gcc replay_journal
object_table/replay_object_table --generate 3000
driver_buffer/replay_journal --generate 200 --seed 7

# What is not the kit's is refused, not run as bytes.
printf 'expool-program v1\ntarget: pool_seq\n' >"$work/other.txt"
for wrong in "$work/other.txt" '--generate=-5'; do
    status=0
    # shellcheck disable=SC2086 # an option and its value
    object_table/replay_object_table ${wrong/=/ } >"$work/log" 2>&1 || status=$?
    [ "$status" -eq 2 ] || { cat "$work/log"; echo "'$wrong' ended with $status, not 2"; exit 1; }
done
export ASAN_OPTIONS=quarantine_size_mb=10:detect_leaks=0
object_table/out/fuzz_object_table -runs=8000 -seed=1 >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
object_table/asan/fuzz_object_table -runs=1500 -seed=1 >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
driver_buffer/out/fuzz_journal -runs=1000 -seed=1 >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }

# AFL++ with the kit's mutator: the driver's third bug, from an input of zeroes.
export AFL_QUIET=1 AFL_NO_UI=1 AFL_SKIP_CPUFREQ=1 AFL_NO_AFFINITY=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1
cmake --build object_table/out --target object_table_afl_mutator >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
build object_table afl -DCMAKE_C_COMPILER=afl-clang-fast -DPLANTED_BUG=3
mkdir "$work/in"
head -c 8 /dev/zero >"$work/in/empty"
env -u ASAN_OPTIONS AFL_BENCH_UNTIL_CRASH=1 AFL_CUSTOM_MUTATOR_ONLY=1 \
    AFL_CUSTOM_MUTATOR_LIBRARY="$work/object_table/out/object_table_afl_mutator.so" \
    timeout 120 afl-fuzz -V 60 -i "$work/in" -o "$work/afl" -- object_table/afl/fuzz_object_table >"$work/afl.log" 2>&1 ||
    { tail -n 30 "$work/afl.log"; echo "afl-fuzz ended with an error"; exit 1; }
object_table/afl/replay_object_table "$work"/afl/default/crashes/id* >"$work/log" 2>&1 || true
grep -q '^DEDUP_TOKEN: c4.62:OEnt:' "$work/log" || { tail -n 30 "$work/afl.log" "$work/log"; echo "AFL++ did not find bug 3"; exit 1; }

# What each is found as. An overrun is seen at the guard or at the free, a freed entry under the list's lock or without.
tokens=('' 'c1.24:ONam|d6:ONam' 'd[15]:OEnt|c1|c2|d5' 'c4.62:OEnt' 'a:ONam' 'c1.20:ONam' 'c4.3a')
found=0
read -ra kit_flags <<<"$(pkg-config --cflags expool-kit)"
read -ra kit_libs <<<"$(pkg-config --libs expool-kit)"
for bug in 1 2 3 4 5 6; do
    out=object_table/bug$bug began=$SECONDS
    build object_table "bug$bug" -DPLANTED_BUG="$bug"
    mkdir "$out/run"
    (cd "$out/run" && timeout 60 ../fuzz_object_table -seed="$bug" -print_final_stats=1 >log 2>&1) && status=0 || status=$?
    token=$(sed -n 's/^DEDUP_TOKEN: //p' "$out/run/log" | head -n 1)
    [[ $status,$token =~ ^77,(${tokens[bug]}) ]] || { tail -n 60 "$out/run/log"; echo "bug $bug: exit $status, token '$token'"; exit 1; }
    runs=$(sed -n 's/^stat::number_of_executed_units: //p' "$out/run/log")
    "$out/replay_object_table" --minimize "$out"/run/crash-* >"$out/small.txt" 2>"$out/minimize.log"
    "$out/replay_object_table" "$out/small.txt" >"$out/replay.log" 2>&1 && { cat "$out/replay.log"; echo "bug $bug: its text finds nothing"; exit 1; }
    grep -qxF "DEDUP_TOKEN: $token" "$out/replay.log" || { cat "$out/replay.log"; echo "bug $bug: its text finds another"; exit 1; }
    "$out/replay_object_table" --emit-c "$out/small.txt" >"$out/repro.c"
    gcc -g -O1 -fno-omit-frame-pointer "${kit_flags[@]}" -DPLANTED_BUG="$bug" -Iobject_table "$(pkg-config --variable=first expool-kit)" \
        object_table/driver.c "$out/repro.c" "$(pkg-config --variable=last expool-kit)" "${kit_libs[@]}" -o "$out/repro"
    "$out/repro" >"$out/repro.log" 2>&1 && { echo "bug $bug: its C finds nothing"; exit 1; }
    grep -qxF "DEDUP_TOKEN: $token" "$out/repro.log" || { cat "$out/repro.log"; echo "bug $bug: its C finds another"; exit 1; }
    operations=$(grep -cvE '^(expool-kit|[a-z]+:)' "$out/small.txt" || true)
    echo "bug $bug: $token after $runs inputs, $operations operations left, $((SECONDS - began)) s with building"
    found=$((found + 1))
done
echo "$found of 6 planted bugs found from nothing, replayed as text and as C; 2 sound drivers silent; AFL++ finds one with the kit's mutator; find_package and pkg-config in $root's install"
