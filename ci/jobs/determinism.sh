#!/usr/bin/env bash
# Every target, the committed corpus in every order: an input takes the same course whatever ran before it.
# time: 100 s
set -euo pipefail
cd "$(dirname "$0")/../.."
./build.sh setup
cmake --preset dev >/dev/null
cmake --build build/dev >build/dev.log 2>&1 || { tail -n 40 build/dev.log; exit 1; }
fuzz/orders.sh build/dev
