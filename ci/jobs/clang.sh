#!/usr/bin/env bash
# Builds everything with clang without a warning and runs the tests.
set -euo pipefail
cd "$(dirname "$0")/../.."
ci/preset.sh clang
