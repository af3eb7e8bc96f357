#!/usr/bin/env bash
# replay.sh BUILD-FOLDER [OPTION...] FILE... - runs each input with the replay program it is meant for: the
# one its "target:" line names, else the one that a campaign named the file for (TARGET-BUILD-crash-...); all that
# take programs when neither does. An option's value is --option=value.
set -uo pipefail
folder=$1
shift
options=() files=() status=0
for argument in "$@"; do
    case $argument in
        -*) options+=("$argument") ;;
        *) files+=("$argument") ;;
    esac
done
[ ${#files[@]} -gt 0 ] || { echo "replay: which files?" >&2; exit 2; }
for file in "${files[@]}"; do
    [ -r "$file" ] || { echo "replay: $file: cannot be read" >&2; exit 2; }
done

# target_of FILE: the target it is meant for, or nothing.
target_of() {
    local line
    line=$(sed -n '1,12s/^target: *\([a-z_]*\).*/\1/p' "$1" 2>/dev/null | head -n 1)
    [[ -n $line || ! $(basename "$1") =~ ^([a-z_]+)-[a-z]+-(crash|oom|timeout|slow-unit|leak)- ]] ||
        line=${BASH_REMATCH[1]}
    echo "$line"
}

replayed=0
for replay in "$folder"/replay_*; do
    name=$(basename "$replay")
    [ "$("$replay" --kind)" = program ] || continue
    mine=()
    for file in "${files[@]}"; do
        target=$(target_of "$file")
        case ${target:-${name#replay_}} in "${name#replay_}") mine+=("$file") ;; esac
    done
    [ ${#mine[@]} -gt 0 ] || continue
    replayed=$((replayed + 1))
    printf '%s: ' "$name"
    [ ${#options[@]} -eq 0 ] || echo
    "$replay" "${options[@]}" "${mine[@]}" || status=$?
    [ "$status" -ne 2 ] || break # said once is enough
done
[ "$replayed" -gt 0 ] || { echo "replay: no target for these files" >&2; exit 2; }
exit $status
