#!/usr/bin/env bash
# A minute of eight threads on every pool, memory short again and again; everything is back.
set -euo pipefail
cd "$(dirname "$0")/../.."
./build.sh soak 1
