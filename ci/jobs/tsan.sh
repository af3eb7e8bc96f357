#!/usr/bin/env bash
# The tests and the corpus under ThreadSanitizer.
set -euo pipefail
cd "$(dirname "$0")/../.."
./build.sh setup
cmake --preset tsan >/dev/null
cmake --build build/tsan >/dev/null
ctest --test-dir build/tsan -j2 --output-on-failure | tail -n 40
echo "thread sanitizer: $(ctest --test-dir build/tsan -N | tail -n 1)"
