#!/usr/bin/env bash
# A minute of eight threads on every pool, memory short again and again; then everything is back. And a
# block used 100 million allocations after its free.
set -euo pipefail
cd "$(dirname "$0")/../.."
./build.sh soak 1
cmake --preset dev >/dev/null
cmake --build build/dev --target soak_use_after_free_late >build/soak-late.log
EXPOOL_OPTIONS=verifier=standard:leaks=off:tier=uffd build/dev/tests/soak_use_after_free_late
