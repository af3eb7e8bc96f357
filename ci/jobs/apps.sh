#!/usr/bin/env bash
# apps.sh - programs of the distribution behave under the preload library as without it; the release
# build, as users have it.
# time: 60 s
set -euo pipefail
cd "$(dirname "$0")/../.."
[ -e build/release/lib/libexpool-preload.so ] || ./build.sh build >/dev/null
exec tests/apps/run.sh build/release/lib/libexpool-preload.so "$@"
