#!/usr/bin/env bash
# known_open.sh list | BUILD-FOLDER [CORPUS] - the keys of corpus/known-open/, one a line; or: does each program there
# still fail with its key? 1 when one does not: then it is mended, or fails in another way.
set -uo pipefail
corpus=${2:-$(cd "$(dirname "$0")/.." && pwd)/corpus/known-open}
failed=0 count=0
shopt -s nullglob
for folder in "$corpus"/*/; do
    key=$(cat "$folder/key") || exit 2
    count=$((count + 1))
    if [ "$1" = list ]; then
        printf '%s\n' "$key"
        continue
    fi
    target=$(sed -n 's/^target: *\([a-z_]*\).*/\1/p' "$folder/program.txt" | head -n 1)
    [ -x "$1/fuzz/replay_$target" ] || { echo "$folder: no target '$target'" >&2; exit 2; }
    came=$("$1/fuzz/replay_$target" --key "$folder/program.txt")
    [ "$came" = "$key" ] || { echo "$folder: comes now: ${came:-nothing}"; failed=1; }
done
[ "$1" = list ] || echo "known issues: $count open"
exit $failed
