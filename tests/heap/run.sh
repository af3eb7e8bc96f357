#!/usr/bin/env bash
# run.sh LIBRARY FOLDER PROGRAM - runs the rows of bugs.table that are of PROGRAM (FOLDER/heap_PROGRAM)
# under the preload library: the bug must end as the row says, its twin with 0 and in silence.
set -uo pipefail
library=$1 folder=$2 program=$3
table=$(dirname "${BASH_SOURCE[0]}")/bugs.table
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
ulimit -c 0
failed=0 rows=0

trim() {
    local text=${1#"${1%%[![:space:]]*}"}
    printf '%s' "${text%"${text##*[![:space:]]}"}"
}

complain() {
    printf '%s, EXPOOL_OPTIONS=%s: %s\n' "$name" "$options" "$1"
    head -n 40 "$work/stderr"
    failed=1
}

execute() {
    LD_PRELOAD=$library EXPOOL_OPTIONS=seed=7:$options "$folder/heap_$program" "$@" >/dev/null 2>"$work/stderr"
}

while IFS='|' read -r what options wanted words; do
    what=$(trim "$what") options=$(trim "$options") wanted=$(trim "$wanted")
    case $what in "$program "*) name=${what#* } ;; *) continue ;; esac
    rows=$((rows + 1))
    { execute "$name"; } 2>/dev/null
    status=$?
    [ "$status" -eq "$wanted" ] || complain "ended with $status, $wanted was expected"
    while IFS= read -r word; do
        word=$(trim "$word")
        grep -qF -- "$word" "$work/stderr" || complain "no '$word'"
    done <<<"${words//;/$'\n'}"
    execute "$name" correct
    status=$?
    [ "$status" -eq 0 ] || complain "the twin ended with $status"
    [ ! -s "$work/stderr" ] || complain "the twin was not silent"
done <"$table"
[ "$rows" -gt 0 ] || { echo "no rows for $program"; exit 1; }
exit $failed
