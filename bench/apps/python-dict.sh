#!/usr/bin/env bash
# python3: its own test_dict.
. "$(dirname "$0")/app.sh"

prepare() { :; }

work() {
    run python3 -S -B -m unittest -q test.test_dict 2>&1 | sed 's/ in [0-9.]*s$//'
}
app "$@"
