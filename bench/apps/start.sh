#!/usr/bin/env bash
# ls: shows whether a program can be started at all.
. "$(dirname "$0")/app.sh"

prepare() { :; }

work() { run ls -d /; }
app "$@"
