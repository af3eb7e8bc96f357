#!/usr/bin/env bash
# run.sh PROGRAM EXPECT [MORE] - runs a planted bug and its near miss in every way the .expect file
# lists; MORE options are in force each time:
#
#   run OPTIONS     a run with EXPOOL_OPTIONS=OPTIONS; "-" for none
#   exit N          how it ends: 134 is SIGABRT
#   text            a line of stderr that must come, in this order; * stands for anything
#
# The near miss (the program with an argument) must end with 0 and say nothing, in the same way.
set -uo pipefail
program=$1 expect=$2 more=${3:-}
options='' wanted='' lines=() failed=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

complain() {
    printf '%s, EXPOOL_OPTIONS=%s: %s\n' "$(basename "$program")" "$options" "$1"
    cat "$work/stderr"
    failed=1
}

execute() {
    local arguments=("$@")
    (
        ulimit -c 0
        cd "$(dirname "$expect")" || exit 1
        export EXPOOL_OPTIONS=$more:${options#-}
        exec "$program" "${arguments[@]}"
    ) >/dev/null 2>"$work/stderr"
}

# Are all `lines` in stderr, in order?
check_lines() {
    local next=0 line pattern
    while IFS= read -r line && [ "$next" -lt "${#lines[@]}" ]; do
        pattern=${lines[$next]//\[/\\[}
        # shellcheck disable=SC2053 # a pattern on purpose
        while [ "$next" -lt "${#lines[@]}" ] && [[ $line == *${pattern//\(/\\(}* ]]; do
            next=$((next + 1))
            pattern=${lines[$next]:-}
        done
    done <"$work/stderr"
    [ "$next" -eq "${#lines[@]}" ] || complain "no line like: ${lines[$next]}"
}

finish_run() {
    [ -n "$options" ] || return 0
    { execute; } 2>/dev/null
    local status=$?
    [ "$status" -eq "$wanted" ] || complain "ended with $status, $wanted was expected"
    check_lines
    execute near-miss
    status=$?
    [ "$status" -eq 0 ] || complain "the near miss ended with $status"
    [ ! -s "$work/stderr" ] || complain "the near miss was not silent"
}

while IFS= read -r line; do
    case $line in
        '#'* | '') ;;
        'run '*)
            finish_run
            options=${line#run } lines=()
            ;;
        'exit '*) wanted=${line#exit } ;;
        *) lines+=("$line") ;;
    esac
done <"$expect"
[ -n "$options" ] || { echo "$expect lists no run"; exit 1; }
finish_run
exit $failed
