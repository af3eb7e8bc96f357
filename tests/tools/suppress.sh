#!/usr/bin/env bash
# Suppressions in broken programs (subject): used, unused, expired, over their maximum, refused; known
# tokens; a log of its own; colours and letters.
set -uo pipefail
bugs=$BUILD/tests/bugs program=write_past_end_into_slack
fail() { echo "suppress.sh: $*"; cat said; exit 1; }
run() { # STATUS OPTIONS PROGRAM [ARGUMENT]
    local wanted=$1 status=0
    { EXPOOL_OPTIONS=$2 "$bugs/$3" ${4:+"$4"} >/dev/null 2>said; } 2>/dev/null || status=$?
    [ "$status" -eq "$wanted" ] || fail "$2 $3: ended with $status, not $wanted"
}
says() { grep -q -- "$1" said || fail "does not say: $1"; }
silent() { ! grep -q -- "$1" said || fail "says: $1"; }

cat >file <<'TEXT'
0xC1/0x24  Tes?  *!main  reason="known one"
damage-*   *     main    until=2020-01-01
leak       Strg  *
TEXT
run 0 verifier=standard:suppressions=file $program
silent 'BUG CHECK'
says 'used  *1 x, 50 bytes  *line 1: 0xC1/0x24 Tes? \*!main  "known one"'
says 'EXPIRED  *line 2'
says 'UNUSED  *line 3'
says 'warning: 2 of 3 did nothing here'
run 1 verifier=standard:suppressions=file:strict_suppressions=1 $program near-miss
run 134 verifier=standard:suppressions=file read_after_free

echo 'damage-after-block Test *!other' >file
run 134 verifier=standard:suppressions=file $program
echo 'damage-after-block Test * max=0' >file
run 134 verifier=standard:suppressions=file $program
echo 'only Else' >file
run 0 verifier=standard:suppressions=file $program
echo 'only Test' >file
run 134 verifier=standard:suppressions=file $program
echo 'damage-after-block' >file
run 125 suppressions=file $program near-miss
says 'file:1: a rule and a tag are needed'
run 125 suppressions=nowhere $program near-miss
says 'suppressions=nowhere cannot be read: No such file'

# What a report proposes suppresses it; its token, too.
run 134 verifier=standard:print_suppressions=1 $program
sed -n 's/^Suppress: //p' said >file
run 0 verifier=standard:suppressions=file $program
run 134 verifier=standard $program
sed -n 's/^DEDUP_TOKEN: //p' said >tokens
run 0 verifier=standard:known=tokens $program
run 134 verifier=standard:known=tokens read_after_free

# So does what a leak table proposes.
run 98 verifier=standard:print_suppressions=1 leak_at_exit
says '^Again   : EXPOOL_OPTIONS='
sed -n 's/^Suppress: //p' said >file
run 0 verifier=standard:suppressions=file leak_at_exit
says 'used  *1 x, 1 664 bytes  *line 1: leak Toke leak_at_exit!main'

# Names of C++, as people write them and as the linker does.
cat >twice.cpp <<'END'
namespace shop { struct cart { void drop(int *made) { delete made; delete made; } }; }
int main() { shop::cart().drop(new int(1)); }
END
c++ -g -O0 -w twice.cpp -o twice
for frame in 'twice!shop::cart::drop(int?)' '*!_ZN4shop4cart4dropEPi' 'shop::cart::*'; do
    echo "* * '$frame'" >file
    LD_PRELOAD=$BUILD/lib/libexpool-preload.so EXPOOL_OPTIONS=suppressions=file ./twice 2>said || fail "$frame: not suppressed"
    says 'used  *1 x, 4 bytes'
done

# Where it goes, and how it looks.
run 134 verifier=standard:log=out.%p.%e.%n $program
[ ! -s said ] || fail "stderr is not silent"
ls out.*.$program.1 >/dev/null || fail "no log"
run 134 verifier=standard:color=always $program
says $'\033\\[1;31mBUG CHECK'
NO_COLOR=1 run 134 verifier=standard $program
silent $'\033'
CLICOLOR_FORCE=1 run 134 verifier=standard $program
says $'\033\\[1;31mBUG CHECK'
run 134 verifier=standard:color=always:hexdump=1 $program
ln -sf "$bugs/$program" 'na me'$'\303\244'
{ EXPOOL_OPTIONS=verifier=standard './na me'$'\303\244' 2>said; } 2>/dev/null
says "Again   : EXPOOL_OPTIONS=verifier=standard:seed=[0-9]* './na me?'"
{ LC_ALL=C.UTF-8 EXPOOL_OPTIONS=verifier=standard './na me'$'\303\244' 2>said; } 2>/dev/null
says $'\303\244'
for name in read_after_free overrun_into_next_header acquire_fast_mutex_at_dispatch copy_past_end; do
    { EXPOOL_OPTIONS=verifier=standard "$bugs/$name" 2>said; } 2>/dev/null
    [ "$(wc -l <said)" -le 60 ] || fail "$name: more than 60 lines"
    awk 'length > 100 && !/EXPOOL_OPTIONS=|^ *\// {exit 1}' said || fail "$name: more than 100 columns"
done
exit 0
