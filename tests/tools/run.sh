#!/usr/bin/env bash
# run.sh BUILD TEST - a test of the tools, in an empty folder, with BUILD's expool first in PATH. TEST is a
# script (it fails by its status; $BUILD, $TOOLS and $SOURCE are set), or a .expect file of commands:
#
#   $ COMMAND       run by bash; stdout and stderr together
#   exit N          how it must end (0 when left out)
#   whole           the lines that follow are all it prints; else they must come, in this order
#   text            a line; * stands for anything
set -uo pipefail
export BUILD=$1 TOOLS=$1/tests/tools SOURCE
test=$2 command='' failed=0
SOURCE=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/home" "$work/here"
export PATH=$BUILD/bin:$TOOLS:$PATH LC_ALL=C HOME=$work/home XDG_CONFIG_HOME=$work/home/.config TMPDIR=$work/home TERM=dumb
unset EXPOOL_OPTIONS EXPOOL_CONFIG EXPOOL_RUN NO_COLOR
ulimit -c 0
cd "$work/here" || exit 1

case $test in *.sh) exec bash "$test" ;; esac

complain() {
    printf '$ %s\n  %s; it printed:\n' "$command" "$1"
    sed 's/^/    /' "$work/out"
    failed=1
}

# Do the wanted lines come, in order; or are they the whole of it?
check_lines() {
    local next=0 line pattern
    while IFS= read -r line; do
        pattern=${wanted[$next]-}
        pattern=${pattern//\\/\\\\} pattern=${pattern//\[/\\[} pattern=${pattern//\?/\\?}
        # shellcheck disable=SC2053 # a pattern on purpose
        if [ "$next" -lt "${#wanted[@]}" ] && [[ $line == $pattern ]]; then
            next=$((next + 1))
        elif [ "$is_whole" = yes ]; then
            complain "this line was not expected: $line"
            return
        fi
    done <"$work/out"
    [ "$next" -eq "${#wanted[@]}" ] || complain "no line like: ${wanted[$next]}"
}

finish() {
    [ -n "$command" ] || return 0
    { bash -c "$command" >"$work/out" 2>&1 </dev/null; } 2>/dev/null
    local status=$?
    [ "$status" -eq "$ending" ] || complain "it ended with $status, $ending was expected"
    check_lines
}

while IFS= read -r line; do
    case $line in
        '$ '*)
            finish
            command=${line#\$ } ending=0 is_whole=no wanted=()
            ;;
        'exit '*) ending=${line#exit } ;;
        whole) is_whole=yes ;;
        '#'* | '') ;;
        *) wanted+=("$line") ;;
    esac
done <"$test"
[ -n "$command" ] || { echo "$test has no command"; exit 1; }
finish
exit $failed
