#!/usr/bin/env bash
# ci/check-versions.sh [EXPOOL] - CMakeLists.txt, CHANGELOG.md, debian/changelog, the symbols' newest version and, when
# it is given, the program say the same version.
set -euo pipefail
cd "$(dirname "$0")/.."
wanted=$(sed -nE 's/^project\(expool VERSION ([0-9.]+) .*/\1/p' CMakeLists.txt)
[ -n "$wanted" ] || { echo "CMakeLists.txt has no version"; exit 1; }
odd=0

# says WHAT VERSION
says() {
    [ "$2" = "$wanted" ] && return
    echo "$1 says '$2', CMakeLists.txt $wanted"
    odd=1
}

says CHANGELOG.md "$(sed -nE '/^## /{s/^## ([0-9.]+).*/\1/p;q}' CHANGELOG.md)"
says debian/changelog "$(sed -nE '1s/^expool \(([^)]*)\) .*/\1/p' debian/changelog)"
newest=$(awk '/@Base/ { print $2 }' debian/libexpool1.symbols | sort -V | tail -n 1)
[ "$(printf '%s\n' "$newest" "$wanted" | sort -V | tail -n 1)" = "$wanted" ] || says debian/libexpool1.symbols "$newest"
[ $# -eq 0 ] || says "$1 --version" "$("$1" --version | sed -n '1s/^expool //p')"
exit $odd
