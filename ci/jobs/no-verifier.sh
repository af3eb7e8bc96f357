#!/usr/bin/env bash
# The pool without the verifier: verifier/ deleted from a copy of the tree, the rest built and tested.
# time: 60 s
set -euo pipefail
cd "$(dirname "$0")/../.."
./build.sh setup
copy=$(mktemp -d) junit=$PWD/build/no-verifier/test.xml
mkdir -p build/no-verifier
trap 'rm -rf "$copy"' EXIT
git ls-files -z | xargs -0 cp --parents -t "$copy"
rm -rf "$copy/verifier"
cd "$copy"
cmake --preset no-verifier
cmake --build build/no-verifier
ctest --test-dir build/no-verifier -j2 --output-on-failure --output-junit "$junit"
echo "pool alone: $(ctest --test-dir build/no-verifier -N | tail -n 1)"
