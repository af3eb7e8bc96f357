#!/usr/bin/env bash
# true: shows whether a program can be started at all.
. "$(dirname "$0")/app.sh"

prepare() { :; }

work() { run true; }
app "$@"
