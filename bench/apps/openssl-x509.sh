#!/usr/bin/env bash
# openssl: a certificate and a key read by thirty short processes.
. "$(dirname "$0")/app.sh"

prepare() {
    openssl genrsa -out key.pem 2048 2>/dev/null
    openssl req -new -x509 -key key.pem -subj /CN=expool -days 9 -set_serial 7 -out cert.pem
}

work() {
    for _ in $(seq 10); do
        run openssl x509 -in cert.pem -noout -text | cksum
        run openssl pkcs8 -topk8 -nocrypt -in key.pem | cksum
        run openssl dgst -sha256 -r key.pem
    done | sort | uniq -c
}
app "$@"
