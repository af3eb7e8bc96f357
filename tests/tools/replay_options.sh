#!/usr/bin/env bash
# replay_NAME's command line: orders and hashes, refusals with the nearest, nothing that hangs.
set -uo pipefail
replay=$BUILD/fuzz/replay_pool_seq seeds=$SOURCE/corpus/seeds/pool
fail() { echo "replay_options.sh: $*"; cat said; exit 1; }
run() { # STATUS ARGUMENT...: standard output in out, the rest in said
    local wanted=$1 status=0
    shift
    "$replay" "$@" >out 2>said || status=$?
    [ "$status" -eq "$wanted" ] || fail "'$*' ended with $status, not $wanted"
}
says() { grep -qF -- "$1" said || fail "does not say: $1"; }

run 0 --hashes "$seeds"
cp out forward
[ "$(wc -l <forward)" -gt 5 ] || fail "few hashes"
run 0 --hashes --reverse "$seeds"
[ "$(tac out)" = "$(cat forward)" ] || fail "in reverse another course"
run 0 --hashes --shuffle 7 "$seeds"
[ "$(cat out)" != "$(cat forward)" ] || fail "not shuffled"
[ "$(sort out)" = "$(sort forward)" ] || fail "shuffled another course"
run 0 --hashes --twice "$seeds"
cmp -s out forward || fail "twice another course"

run 2 --prnt "$seeds"
says "no option '--prnt'; the nearest is '--print'"
run 2 --shuffle
says "--shuffle takes a value"
run 2 --shuffle x "$seeds"
says "--shuffle takes a number, not 'x'"
run 2 --hashes --print "$seeds"
says "--print does not go with what else was asked"
run 2 --backend both "$seeds"
says "--backend takes classic or segment, not 'both'"
run 2 /no/such/file
says "/no/such/file: No such file or directory"
run 2 /dev/zero
says "neither a file nor a folder"
run 2
run 0 --help
grep -q -- '--shuffle SEED' out || fail "no help"

run 0 --convert "$seeds/bad_frees.txt" bytes.bin
run 0 --print bytes.bin
[ "$(grep -c expect: out)" -eq "$(grep -c expect: "$seeds/bad_frees.txt")" ] || fail "bytes are another program"
exit 0
