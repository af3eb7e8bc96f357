#!/usr/bin/env bash
# The unit tests under Memcheck, but those that ci/valgrind.txt lists; the corpus under it is a part of replay.sh.
set -euo pipefail
cd "$(dirname "$0")/../.."
./build.sh setup
./build.sh valgrind test_
