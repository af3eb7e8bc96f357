#!/usr/bin/env bash
# page.sh - the table of docs/CHECKERS.md, from expected.txt on stdin: a part a setting.
set -euo pipefail
awk '
    /^#/ || NF == 0 { next }
    $1 == "program" { head = $0; next }
    { if (!($2 in rows)) order[++count] = $2; rows[$2] = rows[$2] $0 "\n" }
    function row(line,    cell, i, n) {
        n = split(line, cell)
        printf "|"
        for (i = 1; i <= n; i++) if (i != 2) printf " %s |", cell[i]
        print ""
    }
    END {
        for (s = 1; s <= count; s++) {
            printf "\n`EXPOOL_OPTIONS=%s`\n\n", order[s]
            row(head)
            n = split(head, cell)
            printf "|"
            for (i = 1; i < n; i++) printf " --- |"
            print ""
            lines = split(rows[order[s]], line, "\n")
            for (i = 1; i < lines; i++) row(line[i])
        }
    }'
