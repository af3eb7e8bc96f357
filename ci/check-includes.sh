#!/usr/bin/env bash
# ci/check-includes.sh - who may include whom (docs/ARCHITECTURE.md).
set -euo pipefail
cd "$(dirname "$0")/.."

# forbid FOLDER PATTERN: no include in FOLDER may match PATTERN.
forbid() {
    local found
    found=$(git grep -nE "^ *# *include +[\"<]$2" -- "$1" || true)
    [ -z "$found" ] || odd+="$found"$'\n'
}

# include/ knows itself and the part of C that needs no system; <string.h> is what Rtl*Memory is made of.
public='std(bool|def|int|arg)|string|(stdio|stdlib|ctype|wchar|wctype)|limits|wdm|ntddk|ntifs'
foreign=$(git grep -nE '^ *# *include ' -- include | grep -vE "<($public)\.h>|\"expool/[a-z_]+\.h\"" || true)
odd=${foreign:+$foreign$'\n'}
for folder in include pool kernel verifier fuzz bench tests tools; do
    forbid $folder '\.' # every include is written from the root
done
forbid pool '(kernel|verifier|fuzz|tests|tools)/'
forbid kernel '(verifier|fuzz|tests|tools)/'
forbid verifier '(kernel|fuzz|tests|tools)/'
forbid verifier 'sys/'
forbid preload '(kernel|fuzz|tests|tools)/'
forbid fuzz '(pool|kernel|verifier|tests|tools)/'
forbid bench '(pool|kernel|verifier|fuzz|tests|tools)/'
forbid tools '(pool|kernel|verifier|preload|fuzz|bench|tests)/'
for file in $(git ls-files 'pool/*.[ch]' 'kernel/*.[ch]' ':!pool/os_linux*.c' ':!kernel/os_*.c'); do
    forbid "$file" 'sys/'
done
# Floors: a part knows no engine, the ground no part.
for file in $(git ls-files pool/os*.c pool/crc32c.c pool/text.c); do
    forbid "$file" 'pool/(heap|pool|page|block|bugcheck|report|violation|hook|options|tag|request)\.h'
done
for file in $(git ls-files 'pool/page*.c' 'pool/block.c' 'pool/tag.c' 'pool/stack.c' 'pool/report*.c'); do
    forbid "$file" 'pool/(heap|pool)\.h'
done
[ -z "$odd" ] || { printf 'arrows that may not be:\n%s' "$odd"; exit 1; }
