#!/usr/bin/env bash
# openssl speed. It works for a second whatever it costs: what counts is the processor time of a
# million operations (its own clock leaves out the kernel's), and of what it prints only the names
# are the same each time.
. "$(dirname "$0")/app.sh"

prepare() { :; }

work() {
    run openssl speed -seconds 1 -bytes 64 sha256 2>speed.log | awk '/^sha256/ { print $1 }'
    times >times.log
    awk '/ size blocks: / { split($0, word, "blocks: "); count = word[2] + 0 }
        FILENAME == "times.log" { line++ }
        line == 2 { for (i = 1; i <= 2; i++) { split($i, part, "m"); cpu += part[1] * 60 + part[2] } line++ }
        END { print cpu / count * 1e6 }' speed.log times.log >cpu
}
app "$@"
