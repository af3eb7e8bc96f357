#!/usr/bin/env bash
# expool run: a signal that somebody sends to it reaches the program; stopping the program stops it.
set -euo pipefail
expool run -- subject wait >out &
run=$!
for _ in {1..200}; do grep -q ready out && break; sleep 0.05; done
kill -TERM $run
status=0
wait $run || status=$?
[ "$status" -eq 42 ] || { echo "it ended with $status, 42 was expected"; exit 1; }
grep -q 'got the signal' out

expool run -- subject wait >out &
run=$!
for _ in {1..200}; do grep -q ready out && break; sleep 0.05; done
child=$(pgrep -P $run)
kill -STOP "$child"
for _ in {1..100}; do [[ $(ps -o state= -p $run) == T* ]] && break; sleep 0.05; done
[[ $(ps -o state= -p $run) == T* ]] || { echo "the program was stopped, expool run was not"; exit 1; }
kill -CONT $run
for _ in {1..100}; do [[ $(ps -o state= -p "$child") != T* ]] && break; sleep 0.05; done
[[ $(ps -o state= -p "$child") != T* ]] || { echo "the program was not woken"; exit 1; }
kill -TERM $run
wait $run || true

# Killed: the program goes on, and nobody waits for ever.
expool run -- subject wait >out &
run=$!
for _ in {1..200}; do grep -q ready out && break; sleep 0.05; done
child=$(pgrep -P $run)
kill -KILL $run
wait $run 2>/dev/null || true
kill -TERM "$child"
for _ in {1..100}; do kill -0 "$child" 2>/dev/null || break; sleep 0.05; done
grep -q 'got the signal' out
