#!/usr/bin/env bash
# Driver sources as the WDK has them (tests/dialect/*.c) compile with clang and with gcc by the command
# lines of docs/COMPATIBILITY.md, warnings are errors, and the programs they make end with 0.
# time: 25 s
set -euo pipefail
cd "$(dirname "$0")/../.."
library=build/release/lib/libexpool.a
if [ $# -gt 0 ]; then library=$1/libexpool.a; else ./build.sh build >/dev/null; fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
flags=(-g -O0 -Wall -Werror -Iinclude -fms-extensions -fshort-wchar)
count=0
# try NAME ARGUMENTS ...: one source, by both compilers.
try() {
    local name=$1 standard
    shift
    for standard in gnu11 gnu17; do
        clang "${flags[@]}" -fms-compatibility -std=$standard "$@" "$library" -lpthread -o "$work/clang"
        "$work/clang" || { echo "$name with clang -std=$standard ends with $?"; exit 1; }
        gcc "${flags[@]}" -include expool/prelude.h -std=$standard "$@" "$library" -lpthread -o "$work/gcc"
        "$work/gcc" || { echo "$name with gcc -std=$standard ends with $?"; exit 1; }
    done
    count=$((count + 1))
}
for header in include/*.h include/expool/*.h; do
    printf '#include "%s"\ntypedef int alone;\n' "${header#include/}" >"$work/alone.c"
    clang "${flags[@]}" -fms-compatibility -fsyntax-only "$work/alone.c"
    gcc "${flags[@]}" -include expool/prelude.h -fsyntax-only "$work/alone.c"
done
for source in tests/dialect/*.c; do
    try "$source" "$source"
done
# What no compiler takes as it is: names in other letters, backslashes, files that WPP would make.
tools/driver-overlay.sh tests/dialect/traced "$work/overlay" >/dev/null
try traced tests/dialect/traced/traced.c -I "$work/overlay" -I tests/dialect/traced
echo "$count driver sources compile and run, clang and gcc"
