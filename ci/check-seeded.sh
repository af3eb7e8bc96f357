#!/usr/bin/env bash
# ci/check-seeded.sh - each seeded fault still applies to its one file of pool/ or verifier/ and compiles there, and
# no source and no library that people get knows the probes. Also: that it is no line of production code.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
failed=0
complain() { echo "$1"; failed=1; }

flags=(-std=c11 -fsyntax-only -D_GNU_SOURCE -I. -Iinclude -include fuzz/seeded.h -Wall -Wextra -Werror)
include=$(gcc -print-file-name=include) # libbacktrace's header
checked=0
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
for patch in fuzz/seeded/*.patch; do
    name=$(basename "$patch" .patch)
    mapfile -t files < <(sed -n 's,^+++ b/,,p' "$patch")
    [ ${#files[@]} -eq 1 ] || { complain "$patch: changes ${#files[@]} files, not one"; continue; }
    file=${files[0]}
    [[ $file =~ ^(pool|verifier)/[a-z0-9_]+\.c$ ]] || complain "$patch: $file is no .c file of pool/ or verifier/"
    for line in "name: $name" 'tier: [ABC]' 'target: [a-z_]+' 'what: .+'; do
        grep -qE "^# $line\$" "$patch" || complain "$patch: no line '# $line'"
    done
    target=$(sed -n 's/^# target: //p' "$patch")
    [ -e "fuzz/fuzz_$target.c" ] || complain "$patch: no target '$target'"
    grep -q "{\"$target\", [0-9]" fuzz/oracle_board.c || complain "$patch: fuzz/oracle_board.c has no rate of '$target'"
    for probe in seeded_reached seeded_triggered; do
        grep -q "^+.*$probe(" "$patch" || complain "$patch: no call of $probe"
    done
    if ! patch -s -F 0 -o "$folder/$name.c" "$file" "$patch" >"$folder/log" 2>&1; then
        complain "$patch: does not apply to $file: $(tail -n 1 "$folder/log")"
        continue
    fi
    gcc "${flags[@]}" -idirafter "$include" "$folder/$name.c" 2>"$folder/log" ||
        complain "$patch: does not compile: $(grep -m 1 error "$folder/log")"
    checked=$((checked + 1))
done
[ "$checked" -gt 0 ] || complain "fuzz/seeded/: no patch was checked"

found=$(git grep -nE 'seeded_(reached|triggered)' -- pool verifier kernel preload include || true)
[ -z "$found" ] || complain "probes in sources: $found"
for library in build/*/lib/libexpool*; do
    [ -e "$library" ] || continue
    ! nm "$library" 2>/dev/null | grep -q ' seeded_' || complain "$library: has probes"
    ! strings -a "$library" | grep -q EXPOOL_SEEDED || complain "$library: has probes"
done
[ "$failed" -ne 0 ] || echo "$checked seeded faults apply and compile; no source or library has one"
exit $failed
