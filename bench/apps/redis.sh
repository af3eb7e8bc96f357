#!/usr/bin/env bash
# redis-server under redis-benchmark: the server runs under $BENCH_RUN, the client plainly; what
# counts is the processor time of the server, by its own account.
. "$(dirname "$0")/app.sh"

prepare() { :; }

ask() { redis-cli -s "$PWD/redis.sock" "$@" 2>/dev/null; }

work() {
    local i server
    run redis-server --port 0 --unixsocket "$PWD/redis.sock" --save '' --appendonly no --daemonize no >redis.log 2>&1 &
    server=$!
    for i in $(seq 300); do
        [ "$(ask ping || true)" != PONG ] || break
        kill -0 "$server" 2>/dev/null || { tail -n 3 redis.log >&2; return 1; }
        sleep 0.1
    done
    redis-benchmark -s "$PWD/redis.sock" -q -n 20000 -c 10 -r 1000 -t set,get,incr,lpush,hset,zadd 2>/dev/null |
        tr '\r' '\n' | grep -c 'requests per second, p50'
    ask flushall
    for i in $(seq 200); do echo "set key:$i value-$i"; done | ask | sort | uniq -c
    ask dbsize
    ask strlen key:77
    # shellcheck disable=SC2094 # the info section's name, not the file
    ask info cpu | tr -d '\r' | awk -F: '$1 == "used_cpu_sys" || $1 == "used_cpu_user" { s += $2 } END { print s }' >cpu
    ask shutdown nosave || true
    wait "$server"
}
app "$@"
