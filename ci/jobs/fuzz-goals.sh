#!/usr/bin/env bash
# `bench fuzz` and `coverage`, quickly: everything that can be measured in a run of its own is, and the JSON has its
# shape. Of the figures coverage is judged: no commit may lose what the committed corpus reaches.
# time: 300 s
set -euo pipefail
cd "$(dirname "$0")/../.."
./build.sh setup
[ -e build/goals/G10.json ] || ci/jobs/determinism.sh >build/bench-fuzz-orders.log
./build.sh bench fuzz --quick >build/bench-fuzz-ci.log
json=build/bench/fuzz.json

# holds WHAT FILTER: jq must say true.
holds() { jq -e "$2" "$json" >/dev/null || { echo "$json: not so: $1"; tail -n 30 build/bench-fuzz-ci.log; exit 1; }; }
holds "its format" '.format == "expool-bench-fuzz/1"'
holds "every goal from G1 to G13" '([.goals[].name] | unique | length) == 13'
holds "each has its figure, or says why not" '
    all(.goals[]; if .is_measured then (.figure | type) == "number" and (.is_met | type) == "boolean" else .why != "" end)'
holds "G1 to G5 are measured" 'all(.goals[] | select(.name | test("^G[1-5]$")); .is_measured)'
holds "orders were compared" 'any(.goals[]; .name == "G10" and .is_measured)'
jq -e '(.files | length) > 100 and .lines.percent > 0 and .sites.count > 0' build/coverage/coverage.json >/dev/null
[ -s build/coverage/html/index.html ]

# floor WHAT LEAST FILTER: percent. All has what the subject leaves out, of which 288 lines need ASan or Memcheck to run.
floor() {
    jq -e "($3) >= $2" build/coverage/coverage.json >/dev/null || {
        echo "coverage: $1: $(jq "$3" build/coverage/coverage.json) %, less than $2 %"
        exit 1
    }
}
floor "lines of the subject" 90 .subject.lines.percent
floor "branches of the subject" 78 .subject.branches.percent
floor "lines of all" 74 .lines.percent
floor "places that stop" 90 .sites.percent
tail -n 1 build/bench/fuzz-coverage.log
