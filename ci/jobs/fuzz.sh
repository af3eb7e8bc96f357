#!/usr/bin/env bash
# fuzz.sh SECONDS: every target for SECONDS in all (60): no crash, no missed, wrong or false verdict. Threads take turns under
# ThreadSanitizer in the job tsan, which has that build anyway.
# time: 120 s
set -euo pipefail
cd "$(dirname "$0")/../.."
./build.sh fuzz all "${1:-60}" --sanitizer none,address
