#!/usr/bin/env bash
# Two million random operations through both back ends and the model: every visible result is the same.
set -euo pipefail
cd "$(dirname "$0")/../.."
./build.sh differential 2000000
