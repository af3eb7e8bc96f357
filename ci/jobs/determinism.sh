#!/usr/bin/env bash
# Every target over seeds, regressions and a grown set (its own, or pool_seq's) forward, backward, shuffled and twice
# each: an input takes the same course whatever ran before it. What each did is a hash; a target's hashes, sorted by
# file, must be the same every time.
set -euo pipefail
cd "$(dirname "$0")/../.."
./build.sh setup
cmake --preset dev >/dev/null
cmake --build build/dev >build/dev.log 2>&1 || { tail -n 40 build/dev.log; exit 1; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
for zip in corpus/evolved/*.zip; do
    unzip -q "$zip" -d "$folder/$(basename "$zip" .zip)"
done

# hashes NAME OPTION...: "HASH FILE" lines, sorted.
hashes() {
    local name=$1 grown=$folder/$1
    shift
    [ -d "$grown" ] || grown=$folder/pool_seq
    "build/dev/fuzz/replay_$name" --hashes "$@" corpus/seeds corpus/regressions "$grown" \
        >"$folder/out" 2>"$folder/errors" || {
        tail -n 5 "$folder/errors" >&2
        echo "$name $*: the replay says that something is wrong" >&2
        return 1
    }
    grep -E '^[0-9a-f]{16} ' "$folder/out" | sort -k2 -u
}

targets=0 total=0
for replay in build/dev/fuzz/replay_*; do
    name=${replay##*/replay_}
    hashes "$name" >"$folder/forward"
    count=$(wc -l <"$folder/forward")
    [ "$count" -gt 0 ] || { echo "$name: no input has a hash"; exit 1; }
    for order in --reverse "--shuffle 1" "--shuffle 2" --twice; do
        # shellcheck disable=SC2086 # words
        hashes "$name" $order >"$folder/other"
        diff "$folder/forward" "$folder/other" >"$folder/differences" || {
            echo "$name: $order takes another course:"
            head -n 10 "$folder/differences"
            exit 1
        }
    done
    printf '%-18s %s inputs: the same hashes forward, backward, shuffled, twice\n' "$name" "$count"
    targets=$((targets + 1)) total=$((total + count))
done
[ "$targets" -gt 0 ]
echo "$targets targets, $total inputs: each takes the same course in every order"
