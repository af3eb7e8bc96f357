#!/usr/bin/env bash
# A project outside the tree finds the installed library through CMake, through pkg-config and by hand.
# time: 10 s
set -euo pipefail
cd "$(dirname "$0")/../.."
./build.sh setup
root=$PWD work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
./build.sh install "$work/prefix" >/dev/null
cp tests/scenarios/driver_buffer.c "$work/app.c"
cd "$work"
cat >CMakeLists.txt <<'TEXT'
cmake_minimum_required(VERSION 3.18)
project(app C)
find_package(expool 0.1 REQUIRED)
add_executable(shared app.c)
target_link_libraries(shared expool::expool)
add_executable(static app.c)
target_link_libraries(static expool::static)
TEXT
cmake -G Ninja -S . -B out -DCMAKE_PREFIX_PATH="$work/prefix" >/dev/null
cmake --build out >/dev/null
EXPOOL_OPTIONS=verifier=standard out/shared
EXPOOL_OPTIONS=verifier=standard out/static
PKG_CONFIG_PATH=$(dirname "$(find prefix -name expool.pc)")
export PKG_CONFIG_PATH
# shellcheck disable=SC2046 # flags are words
gcc app.c $(pkg-config --cflags --libs expool) -Wl,-rpath,"$(pkg-config --variable=libdir expool)" -o by-pkg-config
EXPOOL_OPTIONS=verifier=standard ./by-pkg-config
gcc app.c -I"$root/include" "$root/build/release/lib/libexpool.a" -lpthread -o by-hand
EXPOOL_OPTIONS=verifier=standard ./by-hand
prefix/bin/expool doctor -q -- ./by-hand
prefix/bin/expool run --leaks=off -- ls >/dev/null
prefix/bin/verifier /querysettings >/dev/null

# expool replay and the programs it starts, from a prefix that was moved: a program of each target, and C that
# compiles with the line in its head, against what is installed.
mv prefix moved
replay() { moved/bin/expool replay "$@"; }
replayed=0
seed=$root/corpus/seeds/stories/driver_buffer.txt
for target in corrupt differential pool_seq report threads verifier_protect verifier_seq; do
    replay --target $target "$seed" | grep -q '^1 files, '
    replayed=$((replayed + 1))
done
replay --target pool_seq --print "$seed" >printed.txt
grep -q '# expect: ' printed.txt
replay --target pool_seq --emit-c "$seed" >repro.c
sh -c "$(sed -n 's/^ \*   gcc /gcc /p' repro.c)"
./repro >/dev/null
printf 'expool-kit v1\ndriver: toaster\n' >kit.txt
{ replay kit.txt 2>&1 || true; } | grep -q 'replay_toaster kit.txt'
echo "find_package (shared, static), pkg-config and a plain gcc line: 4 programs built and run verified; the tools find the library; expool replay runs $replayed targets and its C compiles"
