#!/usr/bin/env bash
# openssl: certificates and keys read by thirty short processes, then `openssl speed`. That one works
# for a second whatever it costs: what counts is its time for a million operations, and of what it
# prints only the names are the same each time.
. "$(dirname "$0")/app.sh"

prepare() {
    openssl genrsa -out key.pem 2048 2>/dev/null
    openssl req -new -x509 -key key.pem -subj /CN=expool -days 9 -set_serial 7 -out cert.pem
}

work() {
    for _ in $(seq 10); do
        run openssl x509 -in cert.pem -noout -text | sed -n '1,/Public Key:/p' | cksum
        run openssl pkcs8 -topk8 -nocrypt -in key.pem | cksum
        run openssl dgst -sha256 -r key.pem
    done | sort | uniq -c | awk '{ print $1 }'
    times >times.log
    run openssl speed -seconds 1 -bytes 64 sha256 2>speed.log | awk '/^sha256/ { print $1 }'
    awk '/^[0-9]/ && NR == 2 { gsub(/[ms]/, " "); cpu = $1 * 60 + $2 + $3 * 60 + $4 }
        / size blocks: / { split($0, word, "blocks: "); split(word[2], figure, " "); cpu += figure[4] / figure[1] * 1e6 }
        END { print cpu }' times.log speed.log >cpu
}
app "$@"
