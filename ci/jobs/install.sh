#!/usr/bin/env bash
# A project outside the tree finds the installed library through CMake, through pkg-config and by hand.
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
echo "find_package (shared, static), pkg-config and a plain gcc line: 4 programs built and run verified; the tools find the library"
