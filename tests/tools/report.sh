#!/usr/bin/env bash
# The records of three broken programs as text, JSON, SARIF, JUnit and annotations; each is checked by
# what reads such files. Needs plain builds (subject): the planted bugs.
set -euo pipefail
bugs=$BUILD/tests/bugs
fail() { echo "report.sh: $*"; exit 1; }
stops() { # OPTIONS PROGRAM
    local status=0
    { EXPOOL_OPTIONS=seed=42:record=all.rec:$1 "$bugs/$2" 2>>text; } 2>/dev/null || status=$?
    [ "$status" -eq 134 ] || fail "$2 ended with $status"
}
# One interpreter for all questions, a line each: it takes longer to start than to answer.
coproc python3 -c '
import json, sys, jsonschema
def answer(verb, name, what):
    d = json.load(open(name))
    if verb == "ask":
        return str(eval(what, {"d": d}))
    jsonschema.validate(d, json.load(open(what)))
    return "fits"
for line in sys.stdin:
    try:
        said = answer(*line.rstrip("\n").split("\t"))
    except Exception as trouble:
        said = "trouble: %r" % trouble
    print(" ".join(said.split("\n")), flush=True)'
exec 8>&"${COPROC[1]}" 9<&"${COPROC[0]}"
ask() { # FILE EXPRESSION: of the document d
    local said
    printf 'ask\t%s\t%s\n' "$1" "$2" >&8
    read -r said <&9
    printf '%s\n' "$said"
}
validate() { # SCHEMA FILE
    local said
    printf 'validate\t%s\t%s\n' "$2" "$1" >&8
    read -r said <&9
    [ "$said" = fits ] || fail "$2 does not fit $1: $said"
}
same() { [ "$1" = "$2" ] || fail "'$1', expected '$2'"; }

stops verifier=standard write_past_end_into_slack
stops verifier=standard read_after_free
stops verifier=standard acquire_fast_mutex_at_dispatch
grep -q 'END OF REPORT (also in all.rec)' text || fail "the text does not name the record"

status=0; expool report all.rec --to json,sarif,junit -o found || status=$?
same "$status" 1
validate "$SOURCE/docs/report.schema.json" found.json
junit() { xmllint --noout --schema "$SOURCE/tests/schemas/junit-4.xsd" "$1" 2>trouble || fail "$(cat trouble)"; }
sarif() { # FILE: as the format and GitHub have it, and its references fit together
    validate "$SOURCE/tests/schemas/sarif-2.1.0.json" "$1"
    validate "$SOURCE/tests/schemas/sarif-github.json" "$1"
    same "$(ask "$1" 'all(d["runs"][0]["tool"]["driver"]["rules"][r["ruleIndex"]]["id"] == r["ruleId"] for r in d["runs"][0]["results"])')" True
    same "$(ask "$1" 'set(l["physicalLocation"]["artifactLocation"].get("uriBaseId") for r in d["runs"][0]["results"] for l in r["locations"]) - {None} <= set(d["runs"][0].get("originalUriBaseIds", {}))')" True
}
sarif found.sarif
junit found.xml

same "$(ask found.json 'len(d["findings"])')" 3
same "$(ask found.json '[f["label"] for f in d["findings"]]')" "['0xC1/0x24', '0xD5', '0xC4/0x33']"
same "$(ask found.json 'd["findings"][0]["block"]["changed"]')" "{'first': 50, 'last': 51, 'count': 2}"
same "$(ask found.json 'd["findings"][0]["stacks"]["alloc"][0]["function"]')" main
same "$(ask found.json 'd["findings"][1]["access"]["kind"]')" read
same "$(ask found.json 'd["findings"][1]["block"]["state"], len(d["findings"][1]["stacks"]["free"]) > 0')" "('freed', True)"
same "$(ask found.json '[(c["from"], c["to"]) for c in d["findings"][2]["irql_changes"]]')" '[(0, 2)]'
same "$(ask found.sarif 'd["runs"][0]["results"][0]["partialFingerprints"]["expool/v1"]')" c1.24:Test:main:
same "$(ask found.sarif '[l["message"]["text"] for l in d["runs"][0]["results"][1]["relatedLocations"]]')" \
    "['Allocated here', 'Freed here', 'Read here']"
ask found.sarif 'd["runs"][0]["tool"]["driver"]["rules"][0]["help"]["text"]' | grep 'Means' >/dev/null || fail "no help text"
same "$(xmllint --xpath 'count(//testcase/failure)' found.xml)" 3
expool report all.rec >again || true
diff <(grep -v '^$' again) <(grep -v 'END OF REPORT\|^$' text) || fail "the text is another"

GITHUB_STEP_SUMMARY=summary.md expool report all.rec --to github >out 2>annotations || true
[ ! -s out ] || fail "annotations are on stdout"
same "$(grep -c '^::error file=' annotations)" 3
grep -q '^### expool: 3 findings' summary.md || fail "no summary"
for _ in 1 2 3 4; do cat all.rec; done >many.rec
expool report many.rec --to github 2>annotations || true
same "$(grep -c '^::error' annotations)" 10
grep -q 'and 2 more findings' annotations || fail "the rest is not counted"

# Cut in the middle: what is whole is kept, and the cut is said.
head -c $(($(stat -c %s all.rec) - 100)) all.rec >cut.rec
expool report cut.rec --to json >cut.json 2>cut.err || true
same "$(ask cut.json 'len(d["findings"])')" 2
grep -q 'not whole' cut.err || fail "the cut is not said"
echo nothing >odd.rec
status=0; expool report odd.rec >/dev/null 2>&1 || status=$?
same "$status" 2
: >empty.rec
expool report empty.rec --to junit >none.xml
junit none.xml
same "$(xmllint --xpath 'count(//testcase[not(failure)])' none.xml)" 1
same "$(xmllint --xpath 'count(//testcase[contains(@name, "[")])' found.xml)" 0 # process ids are no names
expool report all.rec --to record -o copy.rec || true
cmp all.rec copy.rec || fail "the record is another"
status=0; expool report all.rec --to jsn 2>said || status=$?
same "$status" 2
grep -q "nearest is 'json'" said || fail "no nearest format"

# Names later, from a log and from a record.
{ EXPOOL_OPTIONS=verifier=standard:symbolize=later:record=later.rec "$bugs/write_past_end_into_slack" 2>later.log; } 2>/dev/null || true
grep -q '#0 ??  *write_past_end_into_slack+0x' later.log || fail "named already"
grep -q 'expool symbolize' later.log || fail "the report does not say how"
expool symbolize later.log --program "$bugs/write_past_end_into_slack" -q >named.log || true
grep -Eq '#0 main  *.*write_past_end_into_slack.c:12:[0-9]+$' named.log || fail "log: no name"
expool symbolize later.rec -q >named.log || true
grep -Eq '#0 main  *.*write_past_end_into_slack.c:12:[0-9]+$' named.log || fail "record: no name"
expool report later.rec --to json >later.json || true
same "$(ask later.json 'd["findings"][0]["stacks"]["access"][0]["function"]')" main
EXPOOL_OPTIONS=symbolize=later expool run --json -o nameless.json -- "$bugs/write_past_end_into_slack" 2>/dev/null || true
python3 - <<'END'
import json
d = json.load(open("nameless.json"))
for stack in (d["findings"][0]["stacks"][name] for name in ("access", "alloc")):
    for frame in stack:
        for key in ("function", "file", "line", "column"): frame.pop(key, None)
json.dump(d, open("nameless.json", "w"))
END
expool symbolize nameless.json -q >named.json || fail "JSON: not all are named"
same "$(ask named.json '[(s[0]["function"], s[0]["line"]) for s in (d["findings"][0]["stacks"][k] for k in ("access", "alloc"))]')" "[('main', 12), ('main', 9)]"
mkdir -p root/"$bugs" && cp "$bugs/write_past_end_into_slack" root/"$bugs"
expool symbolize later.rec -q --sysroot "$PWD/root" >named.log || true
grep -q '#0 main' named.log || fail "sysroot: no name"

# expool run --report: of a program that is run, and of one that does nothing wrong.
status=0; { expool run --report=json,junit -o ran -- "$bugs/write_past_end_into_slack" 2>/dev/null; } 2>/dev/null || status=$?
same "$status" 134
validate "$SOURCE/docs/report.schema.json" ran.json
same "$(ask ran.json 'd["findings"][0]["reproduce"][2].split()[:3]')" "['expool', 'run', '--seed=$(ask ran.json 'd["findings"][0]["environment"]["seed"]')']"
{ expool run --report=text,json -o alone -- "$bugs/write_past_end_into_slack" 2>/dev/null; } 2>/dev/null || true
validate "$SOURCE/docs/report.schema.json" alone # the text was written as it happened: one format is left
junit ran.xml
expool run --report=junit -o fine.xml -- "$bugs/write_past_end_into_slack" near-miss
same "$(xmllint --xpath 'count(//testcase[not(failure)])' fine.xml)" 1
{ expool run --color=always -- "$bugs/write_past_end_into_slack" 2>said; } 2>/dev/null || true
grep -q $'\033' said || fail "run does not hand --color on"

# expool run --json: the run and its findings, as one document.
status=0; { expool run --json -o run.json -- "$bugs/write_past_end_into_slack" 2>/dev/null; } 2>/dev/null || status=$?
same "$status" 134
validate "$SOURCE/docs/run.schema.json" run.json
same "$(ask run.json 'd["verdict"], d["exit_code"], d["program"][0].rsplit("/", 1)[-1]')" "('findings', 134, 'write_past_end_into_slack')"
same "$(ask run.json '[(r["signal"], r["findings"], r["processes_checked"]) for r in d["runs"]]')" '[(6, 1, 1)]'
same "$(ask run.json '[f["label"] for f in d["findings"]]')" "['0xC1/0x24']"
python3 -c 'import json; d = json.load(open("run.json")); json.dump({"schema": "expool-report/1", "tool": d["tool"], "findings": d["findings"]}, open("part.json", "w"))'
validate "$SOURCE/docs/report.schema.json" part.json
expool run --json -q --verify=both -- "$bugs/write_past_end_into_slack" near-miss 2>said
grep -q 'expool.write_past_end_into_slack.*.json written' said || fail "the file is not named: $(cat said)"
same "$(ask expool.write_past_end_into_slack.*.json 'd["verdict"], [r["verify"] for r in d["runs"]], d["findings"]')" "('clean', ['exact', 'start'], [])"
status=0; expool run --json -o idle.json -- subject idle 3 2>/dev/null || status=$?
same "$status" 121
same "$(ask idle.json 'd["verdict"], d["exit_code"], d["runs"][0]["exit"]')" "('unchecked', 121, 3)"
status=0; expool run --json --report=sarif -- subject clean 2>said || status=$?
same "$status" 125
status=0; expool run --json -o run.json -- subject clean >/dev/null 2>said || status=$?
same "$status" 125
grep -q 'run.json: File exists (--force overwrites it)' said || fail "overwritten"
status=0; expool run --report=html -- "$bugs/write_past_end_into_slack" near-miss 2>/dev/null || status=$?
same "$status" 125

# A file compiled by a relative path, as makefiles do: the report leaves the dots out, the tools know the folder.
mkdir -p far/source far/build && (cd far && git init -q .)
cat >far/source/late.cpp <<'END'
#include <stdlib.h>
namespace shop { struct cart { void put(int *to, int at) { to[at] = 1; } }; }
int main() { int *made = static_cast<int *>(malloc(16)); shop::cart().put(made, 4); free(made); }
END
(cd far/build && c++ -g -O0 ../source/late.cpp -o late)
{ (cd far && expool run --report=sarif,json -o found -- build/late 2>said) 2>/dev/null; } || true
grep -q '#0 shop::cart::put(int\*, int) source/late.cpp:2$' far/said || fail "relative path: $(grep '#0' far/said)"
same "$(ask far/found.sarif 'd["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]')" source/late.cpp
same "$(ask far/found.json 'd["findings"][0]["stacks"]["access"][0]["function"]')" 'shop::cart::put(int*, int)'
{ (cd far && expool run --symbolize=later -- build/late 2>said) 2>/dev/null; } || true
expool symbolize far/said --program far/build/late -q >named.log || true
grep -Eq '#0 shop::cart::put.int., int. .*source/late.cpp:2:' named.log || fail "symbolize: $(grep '#0' named.log)"
sarif far/found.sarif

# Without any source the result still is somewhere: GitHub takes no file else. Leaks have places too.
strip -o far/build/bare far/build/late
{ (cd far && expool run --report=sarif -o bare.sarif -- build/bare 2>/dev/null) 2>/dev/null; } || true
sarif far/bare.sarif
same "$(ask far/bare.sarif 'd["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]')" build/bare
(cd far && expool run --leaks=at_exit --report=sarif -o leaks.sarif -- subject leak 2>/dev/null) || true
sarif far/leaks.sarif
same "$(ask far/leaks.sarif 'd["runs"][0]["results"][0]["ruleId"]')" 0xC4/0x62
(cd far && expool run --report=sarif -o none.sarif -- subject clean >/dev/null)
sarif far/none.sarif
