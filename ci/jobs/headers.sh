#!/usr/bin/env bash
# Each public header compiles alone: as C11 with gcc and clang, as C++17 with g++ and clang++.
# time: 40 s
set -euo pipefail
cd "$(dirname "$0")/../.."
./build.sh setup
cd include
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
count=0
for header in *.h expool/*.h; do
    printf '#include "%s"\ntypedef int alone;\n' "$header" >"$work/alone.c"
    cp "$work/alone.c" "$work/alone.cc"
    for compiler in gcc clang; do
        "$compiler" -std=c11 -Wall -Wextra -Wpedantic -Werror -I. -fsyntax-only "$work/alone.c"
    done
    for compiler in g++ clang++; do
        "$compiler" -std=c++17 -Wall -Wextra -Wpedantic -Werror -I. -fsyntax-only "$work/alone.cc"
    done
    count=$((count + 1))
done
# Beside the C++ library, in front of it and behind it.
printf '#include <wdm.h>\n#include <algorithm>\n#include <regex>\n#include <thread>\n#include <ntifs.h>\n' \
    >"$work/alone.cc"
for compiler in g++ clang++; do
    "$compiler" -std=c++17 -Wall -Wextra -Wpedantic -Werror -I. -fsyntax-only "$work/alone.cc"
done
echo "$count headers compile alone as C11 and C++17, gcc and clang"
