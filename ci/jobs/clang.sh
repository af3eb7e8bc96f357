#!/usr/bin/env bash
# Builds everything with clang without a warning and runs the tests.
# time: 180 s
set -euo pipefail
cd "$(dirname "$0")/../.."
ci/preset.sh clang
