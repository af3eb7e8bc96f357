#!/usr/bin/env bash
# A bug's folder and what leads to it: keys, known issues, minimized programs, C that compiles with one gcc line.
# Run by ctest as tests/tools/*.sh are: $BUILD and $SOURCE are set, the folder is empty.
set -uo pipefail
faulty=$BUILD/oracle/replay/pattern_tail_unseen sound=$BUILD/fuzz/replay_verifier_seq
fail() { echo "crash_test.sh: $*"; cat said out 2>/dev/null; exit 1; }
run() { # STATUS COMMAND...: standard output in out, the rest in said
    local wanted=$1 status=0
    shift
    { "$@" >out 2>said; } 2>/dev/null || status=$?
    [ "$status" -eq "$wanted" ] || fail "'$*' ended with $status, not $wanted"
}
key='missed/bug check 0xC1-0x24 did not come/free'
cat >program.txt <<'TEXT'
expool-program v1
verify: end
reuse: protect
backend: segment
alloc_tag h=9 size=40 tag=3 pool=paged
alloc2 h=5 size=106 tag=2 aux=1 pool=nx
raise irql=1
write_slack h=5 aux=88
check h=9 aux=3
free h=5
free h=9
TEXT

# The key, and nothing where nothing fails.
run 1 "$faulty" --key program.txt
[ "$(cat out)" = "$key" ] || fail "another key"
run 0 "$sound" --key program.txt
[ "$(cat out)" = "" ] || fail "a key where nothing fails"

# Three operations in plain values are left, with what the model expects and what came.
run 1 "$faulty" --minimize program.txt
cp out short.txt
[ "$(grep -cE '^(alloc2 h=0 |write_slack h=0 |free h=0 )' short.txt)" -eq 3 ] || fail "not minimized"
grep -q '^reuse: recycle' short.txt || fail "the header is not plain"
grep -q '# expect: BUGCHECK 0xC1/0x24' short.txt || fail "no expectation"
grep -q '^# came: bug check 0xC1/0x24 did not come' short.txt || fail "nothing came"
run 1 "$faulty" --key short.txt
[ "$(cat out)" = "$key" ] || fail "the minimized program fails in another way"

# A known issue ends the input in silence; another does not.
printf '%s\n' '# open' "$key" >known
printf 'x\n' >other
run 0 env EXPOOL_FUZZ_KNOWN=known EXPOOL_FUZZ_STATS=stats "$faulty" --hashes program.txt
grep -q '^known [1-9]' stats || fail "not counted: $(cat stats)"
run 134 env EXPOOL_FUZZ_KNOWN=other "$faulty" --hashes program.txt
run 2 env EXPOOL_FUZZ_KNOWN=/no/such/file "$faulty" --hashes program.txt

# C, with a library that has not the fault: it compiles with one line, without a warning, and ends with 0.
run 1 "$faulty" --emit-c program.txt
cp out repro.c
line=$(sed -n 's/^ \*   gcc /gcc -Wall -Wextra -Werror /p' repro.c)
run 0 sh -c "$line"
run 0 ./repro
grep -q 'bug check 0xC1/0x24 damage-after-block' out || fail "the bug check is not printed"
grep -q 'it does not come' out || fail "no verdict"
run 134 ./repro stop
grep -q 'BUG CHECK 0xC1/0x24' said || fail "no report"
run 1 "$faulty" --emit-test program.txt
grep -q '^TEST(' out || fail "no test"

# What is wrong at the second run only: a replay says so, and the C makes both.
printf '%s\n' 'expool-program v1' 'reuse: protect' 'alloc_form h=0 size=8192 tag=0 aux=231 pool=nx' >second.txt
run 1 "$BUILD/oracle/replay/reused_run_not_zeroed" second.txt
grep -q 'that was run 2 in one process' said || fail "not said which run"
run 1 "$BUILD/oracle/replay/reused_run_not_zeroed" --emit-c second.txt
[ "$(grep -c 'ExAllocatePool2' out)" -eq 2 ] || fail "not two runs"

# Routines of a lookaside list's own: what they call is not a call of the program.
printf '%s\n' 'expool-program v1' 'list_init_form h=2 tag=0 aux=225 pool=nx_aligned' 'list_alloc h=1 aux=106' 'list_free h=1' >own.txt
run 0 "$BUILD/fuzz/replay_pool_seq" --emit-c own.txt
cp out repro.c
run 0 sh -c "$(sed -n 's/^ \*   gcc /gcc -Wall -Wextra -Werror /p' repro.c)"
grep -q 'list_allocate, list_free' repro.c || fail "no routines of the list's own"
run 0 ./repro

# Several threads: no C, and one line why.
printf '%s\n' 'expool-program v1' 'target: threads' 'alloc2 h=0 size=16 tag=0 aux=0 pool=nx' >threads.txt
run 2 "$BUILD/fuzz/replay_threads" --emit-c threads.txt
[ ! -s out ] || fail "C of several threads"
grep -q 'no C of it: several threads make the calls' said || fail "no reason"

# The inputs that ran last are kept. One that a later one suffered from is found among them.
{ EXPOOL_FUZZ_HISTORY=history "$faulty" --generate 60000 >out 2>said; } 2>/dev/null && fail "no random program fails"
run 0 "$faulty" --triage --into last --history history
[ -s "$(cat out)/program.txt" ] || fail "no folder of the last input"
printf '%s\n' 'expool-program v1' 'alloc2 h=0 size=16 tag=0 aux=0 pool=nx' >sound.txt
{ EXPOOL_FUZZ_HISTORY=history "$faulty" --hashes sound.txt >out 2>said; }
run 1 "$faulty" --triage --into last --history history sound.txt
grep -q 'nothing fails$' said || fail "not silent"
run 2 "$faulty" --triage --into last --history sound.txt
grep -q 'not a history of inputs' said || fail "not refused"

# Open issues are checked: one that fails in its way, and one that does not fail any more.
mkdir -p open/one build/fuzz
cp short.txt open/one/program.txt
printf '%s\n' "$key" >open/one/key
cp "$faulty" build/fuzz/replay_verifier_seq
run 0 "$SOURCE/fuzz/known_open.sh" build open
grep -q '1 open' out || fail "not counted"
run 0 "$SOURCE/fuzz/known_open.sh" list open
[ "$(cat out)" = "$key" ] || fail "not listed"
run 1 "$SOURCE/fuzz/known_open.sh" "$BUILD" open
grep -q 'comes now: nothing' out || fail "a mended issue is not told"

# The folder. What the library here has not, repro.c does not show: that is said.
run 0 "$faulty" --triage --into crashes --note 'executions=12' --log known program.txt
folder=$(cat out)
for file in input.bin original.bin program.txt repro.c report.txt log.txt meta.json; do
    [ -s "$folder/$file" ] || fail "no $file in $folder"
done
[ "$(jq -r .key "$folder/meta.json")" = "$key" ] || fail "no key in meta.json"
[ "$(jq -c .reproduces "$folder/meta.json")" = '{"input.bin":true,"program.txt":true,"repro.c":"nothing fails"}' ] ||
    fail "$(cat "$folder/meta.json")"
[ "$(jq -r .executions "$folder/meta.json")" = 12 ] || fail "no note"
grep -q 'DEDUP_TOKEN: ' "$folder/log.txt" || fail "no log"
grep -qE '#[0-9]+ 0x[0-9a-f]+ in failure_missed .*fuzz/failure.c:[0-9]+' "$folder/log.txt" || fail "no names in the log"
run 0 "$faulty" --triage --into crashes short.txt
[ "$(cat out)" = "$folder" ] || fail "the same bug has another folder"
run 1 "$sound" --triage --into crashes short.txt
grep -q 'nothing fails' said || fail "not said"
run 0 "$sound" --triage --into crashes --also "$faulty" short.txt
[ "$(cat out)" = "$folder" ] || fail "the other program was not asked"
run 2 "$sound" --triage short.txt
run 2 "$faulty" --triage --into /proc/none short.txt
exit 0
