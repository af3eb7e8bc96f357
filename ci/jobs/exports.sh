#!/usr/bin/env bash
# The archive and the shared library show public names only.
set -euo pipefail
cd "$(dirname "$0")/../.."
./build.sh build >/dev/null
public='^(Ex|Exp|Ke|Kf|Rtl|Dbg|Interlocked|InitializeSList|QueryDepthSList|expool_)'
for library in build/release/lib/libexpool.a build/release/lib/libexpool.so; do
    flag=-g
    [ "${library##*.}" = so ] && flag=-D
    names=$(nm $flag --defined-only "$library" | awk 'NF == 3 {print $3}')
    odd=$(grep -vE "$public" <<<"$names" || true)
    [ -z "$odd" ] || { echo "$library shows: $odd"; exit 1; }
done
echo "$(wc -l <<<"$names") public names, no other"
