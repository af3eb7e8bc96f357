#!/usr/bin/env bash
# evolved.sh REPLAY ARCHIVE - every input of a committed corpus, with its replay program; the archive keeps its bounds.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unzip -q "$2" -d "$work"
count=$(find "$work" -type f | wc -l) bytes=$(stat -c %s "$2")
if [ "$count" -eq 0 ] || [ "$count" -gt 500 ] || [ "$bytes" -gt 262144 ]; then
    echo "$2: $count inputs in $bytes bytes: 1 to 500 in 262144 are meant"
    exit 1
fi
"$1" "$work"
