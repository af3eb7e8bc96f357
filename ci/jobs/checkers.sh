#!/usr/bin/env bash
# Planted bugs of pool users under ASan, Memcheck and DRD, as docs/CHECKERS.md has them.
# time: 300 s
set -euo pipefail
cd "$(dirname "$0")/../.."
./build.sh setup
./build.sh checkers --quick # all tools, as docs/CHECKERS.md has them: by hand, without it
