#!/usr/bin/env bash
# Our drivers in the WDK's dialect (tests/drivers/*.c) compile with clang and with gcc, warnings are errors; their
# hosts load and use them, plain and verified, and nothing is left in the pool.
# time: 10 s
set -euo pipefail
cd "$(dirname "$0")/../.."
library=build/release/lib/libexpool.a
if [ $# -gt 0 ]; then library=$1/libexpool.a; else ./build.sh build >/dev/null; fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
flags=(-g -O1 -Wall -Wextra -Werror -Iinclude -I.)
dialect=(-fms-extensions -fshort-wchar)
count=0
for host in tests/drivers/*_host.c; do
    driver=${host%_host.c}.c
    clang "${flags[@]}" "${dialect[@]}" -fms-compatibility -c "$driver" -o "$work/clang.o"
    gcc "${flags[@]}" "${dialect[@]}" -include expool/prelude.h -c "$driver" -o "$work/gcc.o"
    for compiler in clang gcc; do
        "$compiler" "${flags[@]}" "$host" "$work/$compiler.o" "$library" -lpthread -o "$work/$compiler"
        for options in '' verifier=standard verifier=standard:verify=exact:reuse=recycle; do
            EXPOOL_OPTIONS=$options "$work/$compiler" ||
                { echo "$driver by $compiler, EXPOOL_OPTIONS=$options: ends with $?"; exit 1; }
        done
    done
    count=$((count + 1))
done
echo "$count drivers compile, load, work and unload, clang and gcc"
