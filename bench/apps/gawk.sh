#!/usr/bin/env bash
# gawk: fields, associative arrays, string functions over 120,000 lines.
. "$(dirname "$0")/app.sh"

prepare() {
    seq 120000 | awk '{ print $1, $1 * 7919 % 20011, "word" $1 % 613, $1 % 17 ? "even" : "odd" }' >input.txt
}

work() {
    run gawk '{ n[$3]++; s[$3] += $2; t[NR % 500] = t[NR % 500] substr($0, 1, 3); gsub(/o/, "0") }
        END { for (w in n) c += n[w] * length(w) + s[w] % 7; print NR, length(n), c, length(t[77]), $0 }' input.txt
}
app "$@"
