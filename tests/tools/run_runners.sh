#!/usr/bin/env bash
# expool run over what runs tests: children are followed and told apart by their command lines in JUnit, and a run in
# which only the runner itself allocated has checked nothing. Meson and pytest: ci/jobs/user-ci.sh. The program is subject.
set -euo pipefail
fail() { echo "run_runners.sh: $*"; exit 1; }
same() { [ "$1" = "$2" ] || fail "'$1', expected '$2'"; }
count() { xmllint --xpath "count($1)" run.xml; }
# over WANTED COMMAND...: expool run, its JUnit in run.xml, its words in said.
over() {
    local wanted=$1 status=0
    shift
    expool run --force --report=junit -o run.xml "$@" >out 2>said || status=$?
    [ "$status" -eq "$wanted" ] || fail "$* ended with $status, $wanted was expected: $(cat said out)"
    xmllint --noout --schema "$SOURCE/tests/schemas/junit-4.xsd" run.xml 2>trouble || fail "$* $(cat trouble)"
    same "$(count //testcase),$(count //testcase/failure),$(count //testcase/skipped)" \
        "$(xmllint --xpath 'concat(//testsuite/@tests, ",", //testsuite/@failures, ",", //testsuite/@skipped)' run.xml)"
}
program=$(command -v subject)
tests() { # NAME:COMMAND...: what ctest runs in this folder
    local test
    for test in "$@"; do printf 'add_test("%s" %s)\n' "${test%%:*}" "${test#*:}"; done >CTestTestfile.cmake
}

tests fine:"$program clean" "again:$program clean" silent:"sh -c \"$program clean; $program idle\""
over 0 -- ctest
same "$(count '//testcase[@name="subject clean"]')" 1
grep -q '3 processes, ' run.xml || fail "three runs of one command are not one case"
same "$(count '//testcase[@name="subject idle"]/skipped')" 1

tests fine:"$program clean" bad:"$program overrun" hidden:"sh -c \"$program overrun; true\""
over 8 -- ctest
same "$(count '//testcase[@name="subject overrun" or @name="subject overrun (2)"]/failure[@type="0xD6"]')" 2
same "$(count '//testcase[@name="ctest"]/failure[@message="ended with 8"]')" 1
same "$(count '//testcase[@name="subject clean"]/failure')" 0
same "$(grep -c '(subject overrun): 1 finding' said)" 2

# How a test ended, as far as it said so: a crash and a kill are no passed case. What somebody above took well is none
# that has failed, nor is one that went on as another program; and in a run that ends well nothing is.
failure() { xmllint --xpath "string(//testcase[@name='$1']/failure/@message)" run.xml; }
tests fine:"$program clean" one:"$program exit 3" killed:"$program kill" late:"$program wait" past:"$program idle 4" \
    fork:"$program child-overrun" content:"sh -c \"$program exit 5; true\"" on:"env A=b ${program}_static clean" \
    fails:"sh -c \"$program exit 6\""
echo 'set_tests_properties(late PROPERTIES TIMEOUT 1)' >>CTestTestfile.cmake
over 8 -- ctest
same "$(failure 'subject exit 3'), $(failure 'subject idle 4'), $(failure 'subject exit 6')" "ended with 3, ended with 4, ended with 6"
for silent in kill wait; do same "$(failure "subject $silent")" "ended without a word: killed, or by a crash"; done
same "$(failure 'subject clean')$(failure 'subject exit 5')$(failure "env A=b ${program}_static clean")" ""
same "$(count '//testcase[@name="subject child-overrun"]/failure[@type="0xD6"]')" 1
xmllint --xpath 'string(//testcase[@name="subject exit 5"]/system-out)' run.xml | grep -q '; ended with 5$' || fail "$(cat run.xml)"
same "$(count '//testcase[@name="ctest"]/@time[. > 0.9]'),$(count '//testsuite/@time[. > 0.9]')" 1,1
tests content:"sh -c \"$program kill; true\""
over 0 -- ctest
grep -q 'guarded; ended without a word' run.xml || fail "not a word about a child that was killed"
over 121 -- sh -c "${program}_static clean"

# A process that begins as its parent and goes on as a program is one; a block is no blocks.
tests two:"sh -c \"$program clean; true\""
over 0 -- ctest
same "$(count '//system-out[starts-with(., "1 process, ")]')" 3
over 98 --leaks=at_exit -- subject leak
same "$(failure 'subject leak')" '1 pool block (1000 bytes) was not freed'

# A test that passes all the same: ctest ends with 0, and keeps what the test printed.
tests hidden:"sh -c \"$program overrun; true\""
over 196 -- ctest
grep -q '(subject overrun): 1 finding, .* the program itself ended with 0' said || fail "the child is not named: $(cat said)"

# Static tests only, or none that is expected: nothing was checked, whatever the runner itself did.
tests static:"${program}_static clean"
over 121 -- ctest
grep -q "nothing was checked in 'ctest': what it ran is static" said || fail "why not? $(cat said)"
same "$(count '//testcase[@name="ctest"]/failure[starts-with(@message, "nothing was checked")]')" 1
over 0 --allow-idle -- ctest
printf 'check:\n\t%s_static clean\n' "$program" >Makefile
over 121 -- make check
printf 'check:\n\t%s clean\n' "$program" >Makefile
over 0 -- make check
over 121 --expect='test_*,tests' -- make check
grep -q 'no program that --expect names' said || fail "why not? $(cat said)"
over 0 --expect='test_*,sub*' -- make check

# One JSON document agrees.
tests static:"${program}_static clean"
status=0; expool run --json --force -o run.json -- ctest >/dev/null 2>&1 || status=$?
same "$status" 121
grep -q '"verdict": "unchecked"' run.json || fail "its JSON says otherwise"
