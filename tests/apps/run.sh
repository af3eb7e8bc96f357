#!/usr/bin/env bash
# run.sh LIBRARY [WORD] - programs of the distribution, plain and under the preload library: exit
# code, output and messages must be the same. Only those whose name contains WORD. What is not
# installed is named and left out; a row a program: name, plain and verified CPU seconds, peak MB.
set -uo pipefail
export LC_ALL=C
library=$(realpath "$1") wanted=${2:-} here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
failed=0 ran=0 missing=()
# shellcheck source-path=SCRIPTDIR
. "$here/apps.sh"

# once FOLDER LIBRARY: runs app_$name in a fresh folder, output and messages beside it.
once() {
    rm -rf "$work/run" && mkdir "$work/run"
    (
        cd "$work/run" || exit 1
        export LD_PRELOAD=$2
        TIMEFORMAT='%U %S'
        time "app_$name" >"$work/$1.out" 2>"$work/$1.err"
    ) 2>"$work/$1.time"
}

cpu() {
    tail -n 1 "$work/$1.time" | awk '{printf "%.2f", $1 + $2}'
}

complain() {
    echo "$name: $1"
    failed=1
}

compare() {
    local plain_status verified_status
    once plain ''
    plain_status=$?
    once verified "$library"
    verified_status=$?
    [ "$plain_status" -eq 0 ] || complain "ended with $plain_status without us"
    [ "$verified_status" -eq "$plain_status" ] || complain "ended with $verified_status"
    cmp -s "$work/plain.out" "$work/verified.out" || {
        complain "other output:"
        diff "$work/plain.out" "$work/verified.out" | head -n 10
    }
    diff "$work/plain.err" "$work/verified.err" >"$work/difference" || {
        complain "other messages:"
        head -n 40 "$work/difference"
    }
    printf '%-16s %6s s -> %6s s\n' "$name" "$(cpu plain)" "$(cpu verified)"
}

for name in $(compgen -A function app_ | sed 's/^app_//'); do
    [[ $name == *"$wanted"* ]] || continue
    program=${needs[$name]:-$name}
    command -v "$program" >/dev/null || { missing+=("$program"); continue; }
    ran=$((ran + 1))
    compare
done
[ ${#missing[@]} -eq 0 ] || echo "not installed, left out: ${missing[*]}"
echo "$ran programs ran"
[ "$ran" -gt 0 ] && exit $failed
