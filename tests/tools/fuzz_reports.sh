#!/usr/bin/env bash
# Programs are run in a child with reports: what they break is judged there, too, and what options and rules are
# refused ends nothing.
set -uo pipefail
fail() { echo "fuzz_reports.sh: $*"; exit 1; }
replay=$BUILD/fuzz/replay_report

"$replay" "$SOURCE/corpus/seeds/report" >said 2>errors || fail "seeds: $(grep 'expool fuzz' errors)"
[ "$(sed -n 's/.* operations, \([0-9]*\) violations injected.*/\1/p' said)" -ge 200 ] || fail "too few violations: $(cat said)"

# The same input, the same lines and records.
hashes=$("$replay" --hashes "$SOURCE/corpus/seeds/report/alone_verified.txt" 2>/dev/null)
[ -n "$hashes" ] || fail "no hash"
[ "$hashes" = "$("$replay" --hashes "$SOURCE/corpus/seeds/report/alone_verified.txt" 2>/dev/null)" ] ||
    fail "another course at the second run"
echo "fuzz_reports.sh: $(cat said)"
