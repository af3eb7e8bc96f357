#!/usr/bin/env bash
# orders.sh BUILD-FOLDER [TARGET] - the targets (or one) over seeds, regressions and a grown set (its own, or
# pool_seq's) forward, backward, shuffled and twice each: an input takes the same course whatever ran before it. What
# each did is a hash; a target's hashes, sorted by file, must be the same every time. BUILD-FOLDER/../goals/G10.json
# when all targets were tried; 1 when one differs.
set -euo pipefail
build=$(cd "$1" && pwd)
cd "$(dirname "$0")/.."
goals=$(dirname "$build")/goals

# hashes OPTION...: "HASH FILE" lines, sorted. What it says beside goes elsewhere: it would break lines.
hashes() {
    "$build/fuzz/replay_$name" --hashes "$@" corpus/seeds corpus/regressions "$folder/grown" >"$folder/out" 2>"$folder/errors" || {
        tail -n 5 "$folder/errors" >&2
        echo "$name $*: the replay says that something is wrong" >&2
        return 1
    }
    grep -E '^[0-9a-f]{16} ' "$folder/out" | sort -k2 -u
}

if [ $# -gt 1 ]; then
    name=$2 folder=$(mktemp -d) zip=corpus/evolved/$2.zip
    trap 'rm -rf "$folder"' EXIT
    [ -e "$zip" ] || zip=corpus/evolved/pool_seq.zip
    unzip -q "$zip" -d "$folder/grown"
    hashes >"$folder/forward"
    count=$(wc -l <"$folder/forward")
    [ "$count" -gt 0 ] || { echo "$name: no input has a hash"; exit 1; }
    for order in --reverse "--shuffle 1" "--shuffle 2" --twice; do
        # shellcheck disable=SC2086 # words
        hashes $order >"$folder/other"
        diff "$folder/forward" "$folder/other" >"$folder/differences" || {
            echo "$name: $order takes another course:"
            head -n 10 "$folder/differences"
            exit 1
        }
    done
    printf '%-18s %s inputs: the same hashes forward, backward, shuffled, twice\n' "$name" "$count"
    exit
fi

mkdir -p "$goals"
rm -f "$goals/G10.json"
mapfile -t targets < <(find "$build/fuzz" -name 'replay_*' -type f -perm -u+x | sed 's/.*replay_//' | LC_ALL=C sort)
[ ${#targets[@]} -gt 0 ] || { echo "orders: no replay programs in $build/fuzz" >&2; exit 2; }
said=$(printf '%s\0' "${targets[@]}" | xargs -0 -n 1 -P 2 "$0" "$build") || true
same=$(grep -c 'the same hashes' <<<"$said" || true)
inputs=$(sed -nE 's/^[a-z_]+ +([0-9]+) inputs: the same.*/\1/p' <<<"$said" | awk "{ sum += \$1 } END { print sum + 0 }")
printf '%s\n' "$said"
jq -n --argjson figure "$same" --argjson goal ${#targets[@]} --arg what "targets whose inputs ($inputs) take the same course in every order" \
    '{figure: $figure, goal: $goal, is_met: ($figure == $goal), what: $what}' >"$goals/G10.json"
[ "$same" -eq ${#targets[@]} ]
echo "$same targets, $inputs inputs: each takes the same course in every order"
