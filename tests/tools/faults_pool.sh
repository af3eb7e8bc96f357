#!/usr/bin/env bash
# Each mistake in a program linked with libexpool is found, and a careful one survives.
# The subjects are there where the preload library is.
set -euo pipefail
TMPDIR=$(mktemp -d) # its own: nobody else leaves anything there
export TMPDIR
trap 'rm -rf "$TMPDIR"' EXIT
export TMPDIR=$PWD
program=$BUILD/tests/faults/pool_faults

# expect MISTAKE OUTCOME STATUS: how many rows have it.
expect() {
    local mistake=$1 outcome=$2 count=$3 wanted=$4 status=0
    expool faults --timeout 5 -- "$program" "$mistake" >out 2>&1 || status=$?
    local found
    found=$(grep -cE "^[0-9a-f]{8} +$outcome " out || true)
    { [ "$found" -eq "$count" ] && [ "$status" -eq "$wanted" ]; } ||
        { echo "$mistake: $found times $outcome, exit $status"; cat out; exit 1; }
}

expect careful survived 4 0
expect forgets survived 3 1
expect forgets 'crashed +SIGSEGV' 1 1
expect leaks leaked 2 1
expect hangs hung 1 1
expect frees_twice 'bug check +196' 2 1

# The row says where, what and how to see it again.
expool faults -- "$program" forgets >out || true
grep -qE '^[0-9a-f]{8} +crashed .*third_and_fourth pool_faults\.c:[0-9]+ < main' out
grep -qE "^    Again: expool run .*'--low_resources=systematic;only=[0-9a-f]{8}' -- $program forgets" out

# By number and by chance; a call that is not made is not met.
expool faults --nth 3-5 -- "$program" forgets >out || true
grep -qE '^nth 3 +crashed' out && grep -qE '^nth 4 +survived' out && grep -qE '^nth 5 +not met' out
expool faults --rate 10000 --runs 2 -- "$program" >out
grep -qE '^seed 2 +survived' out

expool faults --json -- "$program" forgets >out.json || true
python3 -c '
import json
found = json.load(open("out.json"))
assert found["schema"] == "expool-faults/1" and found["counts"]["crashed"] == 1, found
assert any(run["frames"] and "only=" in run["again"] for run in found["runs"]), found
' || { cat out.json; exit 1; }

# Trouble is 2.
status=0; expool faults -- ./nothing-here >out 2>&1 || status=$?
[ $status -eq 2 ] || { echo "no program: $status"; cat out; exit 1; }
status=0; expool faults >out 2>&1 || status=$?
[ $status -eq 2 ]
if compgen -G "$TMPDIR/expool-faults.*"; then echo 'a folder was left behind'; exit 1; fi
