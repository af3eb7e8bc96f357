#!/usr/bin/env bash
# A program built anew, with other code in it, has the same stacks by the same names; where they lie differs.
# The subjects are there where the preload library is.
set -euo pipefail
record() {
    EXPOOL_OPTIONS="low_resources='record;state=$2'" "$1"
    cut -d' ' -f1 "$2" | sort >"$2.ids"
}
first=$BUILD/tests/faults/pool_faults again=$BUILD/tests/faults/rebuilt/pool_faults
[ "$(nm "$first" | grep ' main$')" != "$(nm "$again" | grep ' main$')" ] || { echo 'main did not move'; exit 1; }
record "$first" one
record "$first" two
record "$again" three
[ "$(wc -l <one.ids)" -eq 4 ] || { echo 'not four stacks'; cat one; exit 1; }
{ cmp one.ids two.ids && cmp one.ids three.ids; } || { cat one three; exit 1; }

# What failed in the first program passes in the second.
EXPOOL_OPTIONS="low_resources='systematic;state=kept'" "$first" && { echo 'nothing failed'; exit 1; }
for _ in 1 2 3; do
    EXPOOL_OPTIONS="low_resources='systematic;state=kept'" "$first" || true
done
EXPOOL_OPTIONS="low_resources='systematic;state=kept'" "$again" || { echo 'a stack failed again'; cat kept; exit 1; }
