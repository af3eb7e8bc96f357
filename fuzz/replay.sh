#!/usr/bin/env bash
# replay.sh BUILD-FOLDER [--print] FILE... - runs each input with the replay program it is meant for: the
# one its "target:" line names, both when it names none.
set -uo pipefail
folder=$1
shift
options=() files=() status=0
for argument in "$@"; do
    case $argument in
        --*) options+=("$argument") ;;
        *) files+=("$argument") ;;
    esac
done
[ ${#files[@]} -gt 0 ] || { echo "replay: which files?" >&2; exit 2; }
for file in "${files[@]}"; do
    [ -r "$file" ] || { echo "replay: $file: cannot be read" >&2; exit 2; }
done

replayed=0
for replay in "$folder"/replay_*; do
    name=$(basename "$replay")
    mine=()
    for file in "${files[@]}"; do
        target=$(sed -n '1,5s/^target: *\([a-z_]*\).*/\1/p' "$file" 2>/dev/null | head -n 1)
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
