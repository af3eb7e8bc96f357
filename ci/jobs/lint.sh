#!/usr/bin/env bash
# Format, static analysis, the arrows between folders, sizes, lists that must agree.
# time: 430 s
exec "$(dirname "$0")/../../build.sh" lint
