#!/usr/bin/env bash
# verifier on a running process: counters, other rules, drivers, low resources, a sweep; also one that does
# not call the pool any more, and one that was started without expool run.
set -euo pipefail
fail() { echo "$1"; exit 1; }
until_line() { for _ in {1..200}; do grep -q "$1" "$2" && return; sleep 0.05; done; fail "no '$1' in $2"; }

expool run -- subject loop 2>err &
run=$!
for _ in {1..200}; do pid=$(pgrep -P $run || true); [ -n "$pid" ] && verifier /query "$pid" >/dev/null 2>&1 && break; sleep 0.05; done

first=$(verifier /query "$pid" | sed -n 's/^Pool Allocations Attempted: //p')
sleep 0.3
second=$(verifier /query "$pid" | sed -n 's/^Pool Allocations Attempted: //p')
(( first > 0 && second > first )) || fail "the counter stands still: $first, $second"
verifier /query "$pid" | grep -qx 'Level: 000209BB'
verifier /query "$pid" | grep -qx 'Peak Nonpaged Pool Bytes: 100'
[ "$(verifier /query --json | jq --argjson pid "$pid" '[.processes[] | select(.pid == $pid)] | length')" -eq 1 ]

verifier /volatile /flags 0x9 "$pid"
verifier /query "$pid" | grep -qx 'Level: 00000009'
status=0
verifier /volatile /flags 0x200 "$pid" 2>refused || status=$?
[ $status -eq 1 ] && grep -q 'no counterpart' refused

verifier /volatile /adddriver subject "$pid"
verifier /query "$pid" | grep -qx 'Name: subject, loads: 0, unloads: 0'
verifier /volatile /removedriver subject "$pid"
status=0
verifier /volatile /removedriver nobody "$pid" 2>refused || status=$?
[ $status -eq 1 ] && grep -q 'no driver of that name' refused

verifier /sweep "$pid" | grep -q 'live blocks looked at'
verifier /stop "$pid"
verifier /query "$pid" | grep -qx 'Level: 00000000'

verifier /log counters /interval 1 "$pid" &
log=$!
until_line '^Level: ' counters
kill -INT $log
wait $log
kill $run
wait $run || true

# Calls fail from now on: the program crashes over a NULL it does not look at.
expool run -- subject loop 2>err &
run=$!
for _ in {1..200}; do pid=$(pgrep -P $run || true); [ -n "$pid" ] && verifier /query "$pid" >/dev/null 2>&1 && break; sleep 0.05; done
verifier "$pid" /volatile /faults 10000
status=0
wait $run || status=$?
[ $status -gt 128 ] || fail "it ended with $status, although every call failed"

# Exact numbers of a process that sleeps, and a request that waits.
expool run -- subject wait >out &
run=$!
until_line ready out
pid=$(pgrep -P $run)
verifier /query "$pid" | grep -qE '^Pool Allocations Attempted: [1-9]'
verifier /volatile /flags 9 "$pid" | grep -q 'acts at its next call'
kill $run
wait $run || true

# A program with libexpool inside, without expool run; seen by itself when it is the only one.
EXPOOL_OPTIONS=verifier=standard:leaks=off "$TOOLS/linked" &
pid=$!
for _ in {1..200}; do verifier /query $pid >/dev/null 2>&1 && break; sleep 0.05; done
verifier /query $pid | grep -qx 'Pool Allocations Succeeded in Special Pool: 3'
verifier /query $pid | grep -qx 'Current Paged Pool Bytes: 200'
verifier /query $pid | grep -qx 'Current Nonpaged Pool Allocations: 1'
kill $pid
