#!/usr/bin/env bash
# Builds everything with clang without a warning and runs the tests.
set -euo pipefail
cd "$(dirname "$0")/../.."
./build.sh setup
cmake --preset clang >/dev/null
cmake --build build/clang >/dev/null
ctest --test-dir build/clang -j2 --output-on-failure | tail -n 40
echo "clang $(clang -dumpversion): $(ctest --test-dir build/clang -N | tail -n 1)"
