#!/usr/bin/env bash
# Each mistake in an unmodified program is found, and a careful one survives; C++'s new throws.
# The subjects are there where the preload library is.
set -euo pipefail
export TMPDIR=$PWD
program=$TOOLS/malloc_faults
[ -e "$BUILD/lib/libexpool-preload.so" ] || { echo 'no preload library in this build'; exit 0; }

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
expect forgets 'crashed +SIGSEGV' 1 1
expect forgets survived 3 1
expect forgets_strdup 'crashed +SIGSEGV' 1 1
expect leaks leaked 2 1
expect hangs hung 1 1
expect frees_twice 'bug check +196' 2 1

status=0
expool faults --nth 1-18446744073709551615 -- "$program" careful >out 2>&1 || status=$?
{ grep -q 'is no number from 1 to 1000000' out && [ $status -eq 2 ]; } || { cat out; exit 1; }

# What a program under a shell does is found, too.
status=0
expool faults -- sh -c "$program forgets; exit \$?" >out || status=$?
{ grep -qE 'crashed .*third_and_fourth malloc_faults\.c' out && [ $status -eq 1 ]; } || { cat out; exit 1; }
