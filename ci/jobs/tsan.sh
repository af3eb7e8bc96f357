#!/usr/bin/env bash
# The tests and the corpus under ThreadSanitizer.
# time: 260 s
set -euo pipefail
cd "$(dirname "$0")/../.."
ci/preset.sh tsan
