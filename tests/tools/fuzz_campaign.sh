#!/usr/bin/env bash
# ./build.sh fuzz: targets that find nothing, crash, hang, check nothing or cannot run, each with its verdict.
set -euo pipefail
campaign=$BUILD/fuzz/campaign
[ -x "$campaign" ] || { echo "no campaign program in this build"; exit 1; }

fail() { echo "$1"; sed 's/^/    /' "${2:-said}"; exit 1; }

# A stand-in that speaks as libFuzzer does; what befalls it is its name.
cat >standin <<'STANDIN'
#!/usr/bin/env bash
name=${0##*/fuzz_} operations=500
[ "$1" != -help=1 ] || { [ "$name" != dead ] || exit 3; exit 0; }
for word in "$@"; do
    case $word in
        -max_total_time=*) seconds=${word#*=} ;;
        -artifact_prefix=*) prefix=${word#*=} ;;
    esac
done
trap 'exit 72' INT
echo '#2 INITED cov: 10 ft: 20 corp: 3/24b exec/s: 0 rss: 30Mb'
case $name in
    dies | dies_always)
        if [ "$name" = dies_always ] || ! grep -qx missed/early "$EXPOOL_FUZZ_KNOWN"; then
            echo 'expool fuzz: operation 3 (free_tag): missed: no bug check came'
            echo 'DEDUP_TOKEN: missed/early'
            echo bad >"${prefix}crash-0123"
            echo "artifact_prefix='$prefix'; Test unit written to ${prefix}crash-0123"
            echo 'SUMMARY: libFuzzer: deadly signal'
            exit 77
        fi
        ;;
    hangs)
        trap '' INT
        while :; do sleep 1; done
        ;;
    idle) operations=0 ;;
esac
for ((i = 1; i <= seconds * 5; i++)); do
    sleep 0.2
    echo "#$((i * 1000)) NEW    cov: $((100 + i)) ft: $((200 + i)) corp: $((3 + i))/1Kb exec/s: 5000 rss: 41Mb"
    printf '%s\n' "programs $((i * 1000))" "operations $operations" 'injected 7' 'detected 7' 'cell split nx end 4 4' \
        >"$EXPOOL_FUZZ_STATS"
done
echo "stat::number_of_executed_units: $((seconds * 5000))"
STANDIN
chmod +x standin

# plant FOLDER TARGET
plant() {
    mkdir -p "$1/fuzz/fuzz"
    ln -s "$PWD/standin" "$1/fuzz/fuzz/fuzz_$2"
}

# run STATUS FOLDER WORD...: its output in said.
run() {
    local wanted=$1 folder=$2 status=0
    shift 2
    "$campaign" --folder "$folder" --sanitizer none "$@" >said 2>&1 </dev/null || status=$?
    [ "$status" -eq "$wanted" ] || fail "$folder $*: it ended with $status, $wanted was expected"
}

says() { grep -qE -- "$1" said || fail "it does not say: $1"; }

plant good steady
run 0 good 2
says '^steady +plain +10000 '
says '^coverage, .* over [0-9]+s'
says '^fuzz: 1 target, [0-9]+ s: 10000 executions, 500 operations, 7 violations injected, 7 detected exactly, .* 0 bugs$'
jq -e '.status == 0 and .fuzzers[0].coverage == 110 and .totals.detected == 7 and .cells[0].kind == "split"
    and (.fuzzers[0].points | length) > 0' good/fuzz/fuzz.json >/dev/null || fail "fuzz.json" good/fuzz/fuzz.json
xmllint --noout good/fuzz/fuzz.xml
grep -q '<polyline' good/fuzz/report.html || fail "no chart" good/fuzz/report.html
! grep -qE '(src|href)="?(https?:)?//' good/fuzz/report.html || fail "the page fetches something" good/fuzz/report.html

# What it dies of is told once, and the rest of the turn goes to other bugs.
plant crash dies
mkdir -p crash/dev/fuzz
cat >crash/dev/fuzz/replay_dies <<'STANDIN'
#!/usr/bin/env bash
[ "$1 $2 $3 $4 $6" = "--triage --into crash/fuzz-crashes --log --history" ] && [ -s "$5" ] && [ -s "$8" ] || exit 2
mkdir -p crash/fuzz-crashes/missed-early-77
echo crash/fuzz-crashes/missed-early-77
STANDIN
chmod +x crash/dev/fuzz/replay_dies
run 1 crash 3
says '^BUG 1: operation 3 \(free_tag\): missed: no bug check came'
says 'replay --print crash/fuzz-crashes/dies-plain-crash-0123'
says '; 1 bug$'
says 'reproducer and report: crash/fuzz-crashes/missed-early-77/'
grep -q 'href="../fuzz-crashes/missed-early-77"' crash/fuzz/report.html || fail "no link to the folder"
jq -e '.bugs == [.bugs[0]] and .bugs[0].key == "missed/early" and .bugs[0].times == 1
    and .fuzzers[0].processes == 2 and .fuzzers[0].operations == 500' crash/fuzz/fuzz.json >/dev/null ||
    fail "the crash in fuzz.json" crash/fuzz/fuzz.json
[ -s crash/fuzz-crashes/dies-plain-crash-0123 ] || fail "the input is not kept"
grep -q 'DEDUP_TOKEN' crash/fuzz-crashes/dies-plain-1.log || fail "the log is not kept"
grep -q '<failure message="operation 3' crash/fuzz/fuzz.xml || fail "no failure in JUnit" crash/fuzz/fuzz.xml

# A bug that cannot be passed by does not eat the whole run, and is one bug.
plant stubborn dies_always
run 1 stubborn 5
says 'every process ends in a known bug'
says '; 1 bug$'

# Where nobody chose, threads run under ThreadSanitizer what the others run under AddressSanitizer.
plant usual steady
plant usual threads
mkdir -p usual/fuzz-asan/fuzz usual/fuzz-tsan/fuzz
ln -s "$PWD/standin" usual/fuzz-asan/fuzz/fuzz_steady
ln -s "$PWD/standin" usual/fuzz-tsan/fuzz/fuzz_threads
"$campaign" --folder usual 4 >said 2>&1 </dev/null || fail "the usual builds"
says '^steady +asan '
says '^threads +tsan '
[ "$(grep -cE '^(steady|threads) +[a-z]+ +[0-9]+ ' said)" -eq 4 ] || fail "another build than plain and one sanitizer's"

# Neither time nor an interruption ends it. Half a minute: the rest goes on meanwhile.
plant hang hangs
"$campaign" --folder hang --sanitizer none 1 >hang/said 2>&1 </dev/null &
hang=$!

plant lazy idle
run 2 lazy 1
says '^fuzz: idle checked nothing'

plant broken dead
run 2 broken 1
says '^fuzz: broken/fuzz/fuzz/fuzz_dead dies at its start'
mkdir -p gone/fuzz/fuzz
: >gone/fuzz/fuzz/fuzz_absent
run 2 gone 1
says '^fuzz: gone/fuzz/fuzz/fuzz_absent: Permission denied'

# Ctrl-C: the summary all the same, and nothing left running.
plant long steady
"$campaign" --folder long --sanitizer none 60 >said 2>&1 </dev/null &
pid=$!
for _ in {1..100}; do [ -s long/fuzz-work/steady-plain.stats ] && break; sleep 0.1; done
kill -INT $pid
status=0
wait $pid || status=$?
[ "$status" -eq 0 ] || fail "interrupted: it ended with $status"
says '^fuzz: 1 target, .* \(interrupted\): .* 500 operations'
sleep 0.3
! pgrep -f long/fuzz/fuzz/fuzz_steady >/dev/null || fail "a target still runs"

# A terminal has the table, drawn in place.
if command -v script >/dev/null; then
    TERM=xterm script -qec "stty cols 120 rows 30; '$campaign' --folder good --sanitizer none 2" /dev/null >said </dev/null
    says 'exec/s +op/s +cov'
    grep -q $'\033\[[0-9]*A' said || fail "the table is not drawn in place"
fi

# One line that names what was typed and the nearest.
refused() {
    local status=0
    "$campaign" --folder good "${@:3}" >said 2>&1 </dev/null || status=$?
    [ "$status" -eq 2 ] || fail "${*:3}: exit $status"
    [[ $(wc -l <said) -eq 1 && $(<said) == *"'$1'"*"'$2'"* ]] || fail "${*:3}: not one line with '$1' and '$2'"
}
refused stedy steady stedy
refused --jbs --jobs --jbs 2
refused adress address --sanitizer adress
refused libfuzz libfuzzer --engine libfuzz
! "$campaign" --folder good --sanitizer thread 1 >said 2>&1 || fail "threads are looked for where there is one"
says 'sanitizer thread is for the target threads'
! "$campaign" --folder good 5x >said 2>&1 || fail "5x was taken for a time"
says "'5x' is not a time"
! "$campaign" --folder good 5 6 >said 2>&1 || fail "of two times one was taken"
says "one time; not 5 seconds and '6'"
! "$campaign" --folder nowhere 5 >said 2>&1 || fail "a folder that is not there"
says 'nowhere: no such folder'

# What cannot be written is named before anything runs.
if [ "$(id -u)" -ne 0 ]; then
    plant locked steady
    chmod a-w locked
    run 2 locked 1
    says '^fuzz: locked/fuzz-corpus: Permission denied'
fi
# /dev/full would do for a file; for folders a file in the way does.
plant full steady
: >full/fuzz-corpus
run 2 full 1
says '^fuzz: full/fuzz-corpus: Not a directory|^fuzz: full/fuzz-corpus'

# --fresh puts the corpus aside.
mkdir -p good/fuzz-corpus/steady
echo kept >good/fuzz-corpus/steady/input
run 0 good --fresh 1
says 'the corpus of earlier runs is now good/fuzz-corpus\.'
[ "$(cat good/fuzz-corpus.*/steady/input)" = kept ] || fail "the old corpus is gone"

# A target of bytes is not given programs for seeds.
plant bytes steady
mkdir -p bytes/dev/fuzz corpus/seeds/pool
echo 'expool-program v1' >corpus/seeds/pool/one.txt
cat >bytes/dev/fuzz/replay_steady <<'STANDIN'
#!/usr/bin/env bash
[ "$1" != --kind ] || { echo bytes; exit 0; }
exit 2
STANDIN
chmod +x bytes/dev/fuzz/replay_steady
run 0 bytes 1
rm -r corpus

# No clang: one line that says what installs it, and what works without.
mkdir bin
bin=$PWD/bin
! (cd "$SOURCE" && PATH=$bin "$campaign" 1) >said 2>&1 || fail "it ran without clang"
says '^fuzz: clang is missing \(apt-get install clang llvm\); --engine generator'

status=0
wait $hang || status=$?
[ "$status" -eq 1 ] || fail "a hang: it ended with $status" hang/said
grep -qE '^BUG 1: hang of hangs' hang/said || fail "the hang is not named" hang/said
