#!/usr/bin/env bash
# Eight threads on every pool, memory short again and again; everything is back. soak.sh SECONDS (60).
# time: 80 s
set -euo pipefail
cd "$(dirname "$0")/../.."
./build.sh soak "${1:-60}s"
