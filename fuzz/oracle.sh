#!/usr/bin/env bash
# oracle.sh [option...] - turns the text seeds into bytes, a folder and a list a target, and hands over to
# build/dev/fuzz/oracle. Everything is built already.
set -euo pipefail
cd "$(dirname "$0")/.."
work=build/oracle seeds=build/oracle/seeds

prepare() {
    local target replay folder text
    rm -rf "$seeds" "$work/trials"
    mkdir -p "$work/trials"
    while read -r target; do
        replay=build/dev/fuzz/replay_$target folder=$seeds/$target
        mkdir -p "$folder"
        while IFS= read -r text; do
            "$replay" --convert "$text" "$folder/$(tr / - <<<"${text%.txt}")" >/dev/null
        done < <(find corpus/seeds corpus/regressions -name '*.txt' | LC_ALL=C sort)
        find "$folder" -type f | LC_ALL=C sort | paste -sd, >"$seeds/$target.list"
    done < <(sed -n 's/^# target: //p' fuzz/seeded/*.patch | sort -u)
}

case " $* " in *" --list "* | *" --help "*) ;; *) prepare ;; esac
exec build/dev/fuzz/oracle fuzz/seeded build/fuzz/oracle build/dev/oracle "$work" "$@"
