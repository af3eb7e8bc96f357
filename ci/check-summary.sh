#!/usr/bin/env bash
# ci/check-summary.sh - ci/summary.py on made-up jobs: one screen, and JUnit by its schema with ctest's cases in it; each
# job states its time.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { echo "$*"; cat "$work/out"; exit 1; }
mkdir -p "$work/ci" "$work/dev"
names=(test)
for job in ci/jobs/*.sh; do
    grep -qE '^# time: [0-9]+ s' "$job" || { echo "$job: no line \"# time: 60 s\""; exit 1; }
    names+=("$(basename "$job" .sh)")
done
for name in "${names[@]}"; do
    echo "0 1" >"$work/ci/$name.end"
    printf 'a line\n%s covered something that takes many words to say, more than there is room for on a line, far more\n' "$name" >"$work/ci/$name.log"
done
# Three failures, one of them of ctest, one without a word, one that took too long; what is no XML in a log.
echo "1 7" >"$work/ci/test.end"
cat >"$work/dev/test.xml" <<'TEXT'
<testsuite name="x" tests="3" failures="1"><testcase name="good" classname="good" time="0.1" status="run"/>
<testcase name="bad" classname="bad" time="0.2" status="fail"><failure message=""/><system-out>it &lt;says&gt; so</system-out></testcase>
<testcase name="left_out" classname="left_out" time="0" status="notrun"><skipped message="too small"/></testcase></testsuite>
TEXT
printf '12/34 Test  #5: bad ......***Failed  0.20 sec\n\033[31mred\033[0m \001\nand more\n1 passed, 1 failed\n' >"$work/ci/test.log"
rm "$work/ci/kit.log"
echo "124 99999" >"$work/ci/lint.end"
echo "1 2" >"$work/ci/kit.end"
python3 ci/summary.py "$work/ci" "${names[@]}" >"$work/out"
[ "$(wc -l <"$work/out")" -le 39 ] || fail "more than a screen"
[ "$(awk 'length > most {most = length} END {print most}' "$work/out")" -le 100 ] || fail "wider than a screen"
for wanted in '^test  *FAILED ' '^apps  *ok ' '^lint  *FAILED 99999 of ' "^test failed; all of it is in $work/ci/test.log:" \
    '    12/34 Test  #5: bad' 'over their stated time: lint'; do
    grep -q "$wanted" "$work/out" || fail "no line like: $wanted"
done
ask() { xmllint --xpath "$1" "$work/ci/junit.xml"; }
[ "$(ask 'count(//testsuite[@name="test"]/testcase[@classname="test.dev"])')" -eq 3 ] || fail "not ctest's cases"
[ "$(ask 'string(//testsuites/@failures)')" -eq 4 ] || fail "not 4 failures"
[ "$(ask 'count(//testsuite)')" -eq ${#names[@]} ] || fail "not a suite for each job"
echo "${#names[@]} jobs state their times"
