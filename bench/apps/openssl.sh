#!/usr/bin/env bash
# openssl speed. It works for a second whatever it costs: what counts is its time for a million
# operations, and of what it prints only the names are the same each time.
. "$(dirname "$0")/app.sh"

prepare() { :; }

work() {
    run openssl speed -seconds 1 -bytes 64 sha256 2>speed.log | awk '/^sha256/ { print $1 }'
    awk '/ size blocks: / { split($0, word, "blocks: "); split(word[2], figure, " "); cpu += figure[4] / figure[1] * 1e6 }
        END { print cpu }' speed.log >cpu
}
app "$@"
