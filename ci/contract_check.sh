#!/usr/bin/env bash
# shellcheck disable=SC2086 # a prefix is words, or none
# contract_check.sh SANITIZER ENGINE OUT [CLANG] - what OSS-Fuzz checks of a build, and what it only says: names,
# nothing but targets executable, start from another folder as somebody else, instrumentation by the right
# sanitizer and no other, architecture, seeds, words, options. OUT is moved away for it and comes back. One line
# a target; each fault a line "BAD: ..."; exit 1 when there was one, 2 when nothing was checked.
set -uo pipefail
sanitizer=$1 engine=$2 out=$(cd "$3" && pwd) clang=${4:-clang}
runs=4 edges_least=100 bad=0
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
start=$("$here/start_prefix.sh" "$clang") || exit 2
scratch=$(mktemp -d)
moved=$scratch/not-out-$RANDOM
come_back() {
    [ ! -e "$moved" ] || mv "$moved" "$out"
    rm -rf "$scratch"
}
trap come_back EXIT

# As the machines that run targets set them.
export ASAN_OPTIONS=alloc_dealloc_mismatch=0:allocator_may_return_null=1:allocator_release_to_os_interval_ms=500:check_malloc_usable_size=0:detect_odr_violation=0:detect_leaks=1:detect_stack_use_after_return=1:fast_unwind_on_fatal=0:handle_abort=1:handle_segv=1:handle_sigill=1:max_uar_stack_size_log=16:print_scariness=1:quarantine_size_mb=10:strict_memcmp=1:symbolize=1:use_sigaltstack=1:dedup_token_length=3
export MSAN_OPTIONS=print_stats=1:symbolize=1:dedup_token_length=3
export UBSAN_OPTIONS=print_stacktrace=1:print_summary=1:silence_unsigned_overflow=1:symbolize=1:dedup_token_length=3
unset OUT SRC WORK EXPOOL_OPTIONS LIB_FUZZING_ENGINE

fault() {
    printf 'BAD: %s\n' "$*"
    bad=$((bad + 1))
}

is_target() { [ -f "$1" ] && [ -x "$1" ] && grep -aq LLVMFuzzerTestOneInput "$1"; }

check_names() {
    local file name target
    for file in "$moved"/*; do
        name=$(basename "$file")
        if is_target "$file"; then
            targets+=("$name")
            case $name in *[!A-Za-z0-9_-]*) fault "$name: letters, digits, _ and - only in a target's name" ;; esac
            continue
        fi
        case $name in
            llvm-symbolizer | afl-* | afl_*) continue ;;
            *_seed_corpus.zip) target=${name%_seed_corpus.zip} ;;
            *.dict) target=${name%.dict} ;;
            *.options) target=${name%.options} ;;
            *) fault "$name: neither a target nor beside one"; continue ;;
        esac
        is_target "$moved/$target" || fault "$name: there is no target $target"
        [ ! -x "$file" ] || fault "$name: may not be executable"
    done
    [ ${#targets[@]} -gt 0 ] || { fault "no target in $out"; exit 2; }
}

# run TARGET ARGUMENT...: elsewhere, as nobody where that may be, no input, only the scratch folder to write to.
run() {
    local target=$1 user=()
    shift
    [ "$(id -u)" -ne 0 ] || user=(setpriv --reuid=65534 --regid=65534 --clear-groups)
    (cd "$scratch/cwd" && timeout -k 5 120 "${user[@]}" $start "$moved/$target" "$@" \
        -rss_limit_mb=2560 -timeout=25 </dev/null) >"$scratch/log" 2>&1
}

check_start() {
    local target=$1 edges
    run "$target" -- -seed=1337 -runs=$runs
    if grep -q 'no interesting inputs were found' "$scratch/log"; then
        fault "$target: no coverage instrumentation"
    elif ! grep -q "Done $runs runs" "$scratch/log"; then
        fault "$target: does not start, or ends by itself: $(grep -av '^INFO' "$scratch/log" | head -n 3 | tr '\n' ' ')"
    fi
    edges=$(sed -nE 's/^INFO: Loaded [0-9]+ modules? .*\((inline 8-bit counters|[0-9]+ inline 8-bit counters|[0-9]+ guards)\): ([0-9]+).*/\2/p' "$scratch/log" | head -n 1)
    [ "${edges:-0}" -ge $edges_least ] || fault "$target: ${edges:-0} edges instrumented, at least $edges_least wanted"
    [ "$(wc -l <"$scratch/log")" -lt 100 ] || fault "$target: prints $(wc -l <"$scratch/log") lines for $runs runs"
    note="$edges edges"
}

check_architecture() {
    file -L "$moved/$1" | grep -q 'x86-64' || fault "$1: not for x86_64: $(file -Lb "$moved/$1")"
}

# between TARGET WHAT COUNT LEAST MOST
between() {
    if [ "$3" -lt "$4" ] || [ "$3" -gt "$5" ]; then
        fault "$1: $3 calls of __$2 in a build for SANITIZER=$sanitizer, $4 to $5 wanted"
    fi
}

# OSS-Fuzz tells the sanitizer by counting calls of its runtime.
check_sanitizer() {
    local asan msan ubsan
    objdump -dC "$moved/$1" >"$scratch/code"
    asan=$(grep -cE 'callq?\s+[0-9a-f]+\s+<__asan' "$scratch/code")
    msan=$(grep -cE 'callq?\s+[0-9a-f]+\s+<__msan' "$scratch/code")
    ubsan=$(grep -cE 'callq?\s+[0-9a-f]+\s+<__ubsan' "$scratch/code")
    note+=", calls asan $asan, msan $msan, ubsan $ubsan"
    case $sanitizer in
        address) between "$1" asan "$asan" 1000 9999999; between "$1" msan "$msan" 0 3; between "$1" ubsan "$ubsan" 0 200 ;;
        memory) between "$1" asan "$asan" 0 0; between "$1" msan "$msan" 1000 9999999; between "$1" ubsan "$ubsan" 0 200 ;;
        undefined) between "$1" asan "$asan" 0 0; between "$1" msan "$msan" 0 3; between "$1" ubsan "$ubsan" 168 9999999 ;;
        *) between "$1" asan "$asan" 0 200; between "$1" msan "$msan" 0 3; between "$1" ubsan "$ubsan" 0 200 ;;
    esac
}

unpack() {
    local target=$1 zip=$moved/$1_seed_corpus.zip
    rm -rf "$scratch/seeds"
    mkdir "$scratch/seeds"
    [ -e "$zip" ] || { fault "$target: no seeds"; return 1; }
    unzip -q "$zip" -d "$scratch/seeds" || { fault "$target: its seed archive does not unpack"; return 1; }
    seeds=$(find "$scratch/seeds" -type f | wc -l)
    [ "$seeds" -gt 0 ] || { fault "$target: its seed archive is empty"; return 1; }
    zipinfo -1 "$zip" | LC_ALL=C sort -c 2>/dev/null || fault "$target: seeds are not sorted: the archive depends on the disk"
    [ "$(zipinfo -T "$zip" '*' | grep -c '\.[0-9]\{6\} ')" -eq "$(zipinfo -T "$zip" '*' | grep -c '20000101\.000000 ')" ] ||
        fault "$target: seeds carry the time of the build"
    [ -z "$(find "$scratch/seeds" -type f -perm /111)" ] || fault "$target: executable seeds"
    chmod -R a+rX "$scratch/seeds"
}

# A seed that crashes ends a pull request's fuzzing before it begins.
check_seeds() {
    unpack "$1" || return
    run "$1" -runs=0 "$scratch/seeds"
    local status=$?
    [ $status -eq 0 ] || fault "$1: crashes on its seeds (exit $status): $(grep -aE 'ERROR|SUMMARY|^expool|WARNING|runtime error' "$scratch/log" | head -n 3 | tr '\n' ' ')"
    if grep -qa 'runtime error' "$scratch/log"; then
        fault "$1: $(grep -a 'runtime error' "$scratch/log" | head -n 2 | tr '\n' ' ')"
    fi
    note+=", $seeds seeds: $(grep -aoE 'cov: [0-9]+' "$scratch/log" | tail -n 1)"
}

check_beside() {
    local target=$1
    if [ -e "$moved/$target.dict" ]; then
        run "$target" -runs=1 "-dict=$moved/$target.dict"
        grep -q 'Dictionary: [1-9]' "$scratch/log" || fault "$target: its dictionary is not read"
        note+=", dictionary"
    fi
    if [ -e "$moved/$target.options" ]; then
        grep -vqE '^(\[(libfuzzer|afl|asan|msan|ubsan)\]|[a-z_]+ *= *[^ ]+|#.*|)$' "$moved/$target.options" &&
            fault "$target: options: $(grep -vE '^(\[(libfuzzer|afl|asan|msan|ubsan)\]|[a-z_]+ *= *[^ ]+|#.*|)$' "$moved/$target.options" | head -n 1)"
        note+=", options"
    fi
}

# The files of a profile that show lines of ours.
check_profile() {
    local target=$1 suffix=${clang#"${clang%%[0-9]*}"} lines
    export LLVM_PROFILE_FILE=$scratch/cwd/%1m.profraw
    rm -f "$scratch"/cwd/*.profraw
    mkdir -p "$scratch/cwd/merged"
    chmod 777 "$scratch/cwd/merged"
    run "$target" -merge=1 -timeout=100 "$scratch/cwd/merged" "$scratch/seeds"
    "llvm-profdata${suffix:+-$suffix}" merge -sparse "$scratch"/cwd/*.profraw -o "$scratch/profile" 2>>"$scratch/log" ||
        { fault "$target: no profile was written: $(tail -n 2 "$scratch/log" | tr '\n' ' ')"; return; }
    lines=$("llvm-cov${suffix:+-$suffix}" export -summary-only -instr-profile="$scratch/profile" "$moved/$target" 2>/dev/null |
        jq '[.data[0].files[] | select(.filename | test("^/.*/(pool|verifier)/")) | .summary.lines.covered] | add // 0')
    [ "${lines:-0}" -ge 300 ] || fault "$target: a profile with ${lines:-0} lines of pool/ and verifier/"
    note+=", profile: ${lines:-0} lines of pool/ and verifier/ covered"
}

check_afl() {
    local target=$1
    mkdir -p "$scratch/cwd/in"
    printf '%08d' 1 >"$scratch/cwd/in/one"
    (cd "$scratch/cwd" && unset MSAN_OPTIONS UBSAN_OPTIONS && ASAN_OPTIONS=$ASAN_OPTIONS:abort_on_error=1:symbolize=0 AFL_FORKSRV_INIT_TMOUT=30000 AFL_NO_UI=1 AFL_SKIP_CPUFREQ=1 AFL_NO_AFFINITY=1 \
        AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 timeout --preserve-status -s INT "${afl_seconds:-5}" \
        $start afl-fuzz -m none -i in -o "afl-$target" -- "$moved/$target" </dev/null) >"$scratch/log" 2>&1
    grep -q 'All set and ready to roll' "$scratch/log" || fault "$target: afl-fuzz does not start it: $(grep -a 'PROGRAM ABORT' "$scratch/log" | head -n 1)"
    grep -qE 'target binary (crashed|terminated)' "$scratch/log" && fault "$target: ends by itself under afl-fuzz"
    note=$(awk -F' *: *' '$1 == "stability" || $1 == "execs_done" || $1 == "edges_found" {printf "%s%s %s", n++ ? ", " : "", $1, $2}' "$scratch/cwd/afl-$target/default/fuzzer_stats" 2>/dev/null)
}

targets=()
mkdir -m 777 "$scratch/cwd"
chmod 755 "$scratch"
mv "$out" "$moved" || exit 2
chmod -R a+rX "$moved"
check_names
for target in "${targets[@]}"; do
    note='' seeds=0
    check_architecture "$target"
    if [ "$engine" = afl ]; then
        check_afl "$target"
    else
        [ "$sanitizer" = coverage ] || { check_start "$target"; check_sanitizer "$target"; }
        check_seeds "$target"
        check_beside "$target"
        [ "$sanitizer" != coverage ] || check_profile "$target"
    fi
    printf '  %-22s %s\n' "$target" "$note"
done
echo "${#targets[@]} targets, $bad faults"
[ "$bad" -eq 0 ]
