#!/usr/bin/env bash
# expool run: a signal that somebody sends to it reaches the program; stopping the program stops it.
set -euo pipefail

# begin: $run waits for signals; its own output file, since the last one's still says that it is ready.
begin() {
    out=$(mktemp ./out.XXXXXX)
    expool run -- subject wait >"$out" &
    run=$!
    for _ in {1..400}; do
        ! grep -q ready "$out" || return 0
        sleep 0.05
    done
    echo "the program was not ready within 20 seconds"
    exit 1
}

# heard: the program says that the signal reached it.
heard() { grep -q 'got the signal' "$out" || { echo "the signal did not reach it: $1"; exit 1; }; }

begin
kill -TERM $run
status=0
wait $run || status=$?
[ "$status" -eq 42 ] || { echo "it ended with $status, 42 was expected"; exit 1; }
heard "sent to expool run"

begin
child=$(pgrep -P $run -x subject)
kill -STOP "$child"
for _ in {1..100}; do [[ $(ps -o state= -p $run) == T* ]] && break; sleep 0.05; done
[[ $(ps -o state= -p $run) == T* ]] || { echo "the program was stopped, expool run was not"; exit 1; }
kill -CONT $run
for _ in {1..100}; do [[ $(ps -o state= -p "$child") != T* ]] && break; sleep 0.05; done
[[ $(ps -o state= -p "$child") != T* ]] || { echo "the program was not woken"; exit 1; }
kill -TERM $run
wait $run || true

# Somebody else lets the program go on: expool run does, too.
begin
child=$(pgrep -P $run -x subject)
kill -STOP "$child"
for _ in {1..100}; do [[ $(ps -o state= -p $run) == T* ]] && break; sleep 0.05; done
kill -CONT "$child"
for _ in {1..100}; do [[ $(ps -o state= -p $run) != T* ]] && break; sleep 0.05; done
[[ $(ps -o state= -p $run) != T* ]] || { echo "expool run stayed behind, stopped"; kill -KILL $run "$child"; exit 1; }
kill -TERM $run
status=0
wait $run || status=$?
[ "$status" -eq 42 ] || { echo "it ended with $status, 42 was expected"; exit 1; }

# Killed: the program goes on, and nobody waits for ever.
begin
child=$(pgrep -P $run -x subject)
kill -KILL $run
wait $run 2>/dev/null || true
kill -TERM "$child"
for _ in {1..100}; do kill -0 "$child" 2>/dev/null || break; sleep 0.05; done
heard "sent to it, expool run killed"

# The first process of a container cannot be ended by its own SIGABRT: it ends all the same, with one report.
if unshare -rpf --mount-proc true 2>/dev/null; then
    status=0
    expool run -- unshare -rpf --mount-proc subject overrun 2>said || status=$?
    [ "$status" -eq 134 ] || { echo "in a container: it ended with $status"; exit 1; }
    [ "$(grep -c '^==1==' said)" -eq 2 ] || { echo "in a container: more than a report"; cat said; exit 1; }
fi
