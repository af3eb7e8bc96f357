#!/usr/bin/env bash
# campaign.sh PLAIN-FOLDER ASAN-FOLDER TARGET|all SECONDS - fuzzes with libFuzzer, plain on one processor and
# under AddressSanitizer on the other, SECONDS in all; the corpus is kept and grown in build/fuzz-corpus.
# Ends with a summary; exits 1 when an input crashed, 2 when nothing was checked.
set -uo pipefail
plain=$1 asan=$2 wanted=$3 seconds=$4
cd "$(dirname "$0")/.." || exit 2
work=build/fuzz-work corpora=build/fuzz-corpus artefacts=build/fuzz-crashes
mkdir -p "$work" "$corpora" "$artefacts"
export ASAN_OPTIONS=quarantine_size_mb=10:allow_user_segv_handler=1:detect_leaks=0:dedup_token_length=3
export UBSAN_OPTIONS=print_stacktrace=1
unset EXPOOL_OPTIONS

targets=()
for source in fuzz/fuzz_*.c; do
    name=$(basename "$source" .c)
    [ "$wanted" = all ] || [ "fuzz_$wanted" = "$name" ] || continue
    for program in "$plain/$name" "$asan/$name"; do
        [ -x "$program" ] || { echo "fuzz: $program is not built" >&2; exit 2; }
    done
    targets+=("$name")
done
[ ${#targets[@]} -gt 0 ] || { echo "fuzz: no target '$wanted'" >&2; exit 2; }
share=$((seconds / ${#targets[@]}))
[ "$share" -gt 0 ] || share=1

# The text seeds as bytes; the replay program of the tests knows how.
seed_corpus() {
    local target=$1 seed folder=$corpora/$1
    mkdir -p "$folder"
    while IFS= read -r seed; do
        "build/dev/fuzz/replay_${target#fuzz_}" --convert "$seed" \
            "$folder/$(tr / - <<<"${seed%.txt}")" >/dev/null || exit 2
    done < <(find corpus/seeds corpus/regressions -name '*.txt')
}

# fuzz_one TARGET FOLDER KIND: one libFuzzer process, its output and counts in $work.
fuzz_one() {
    local target=$1 folder=$2 kind=$3
    EXPOOL_FUZZ_STATS=$work/$target-$kind.stats "$folder/$target" "$corpora/$target" \
        -max_total_time="$share" -max_len=2056 -len_control=0 -print_final_stats=1 -timeout=20 \
        -rss_limit_mb=4096 -artifact_prefix="$artefacts/$target-$kind-" \
        >"$work/$target-$kind.log" 2>&1
    echo $? >"$work/$target-$kind.exit"
}

count() { sed -n "s/^$2 //p" "$work/$1.stats" 2>/dev/null | grep . || echo 0; }
final() { sed -n "s/^stat::$2: *//p" "$work/$1.log" | grep . || echo 0; }
# libFuzzer's last status line: "#123 REDUCE cov: 456 ft: 789 corp: 10/1kb ..."
status_line() { grep -aoE '^#[0-9]+.*cov: [0-9]+ ft: [0-9]+ corp: [0-9]+' "$work/$1.log" | tail -n 1; }

progress() {
    local target=$1 kind line
    for kind in plain asan; do
        line=$(status_line "$target-$kind")
        printf '%s %s: %s executions, coverage %s, corpus %s, operations %s, detected %s, missed %s  ' \
            "${target#fuzz_}" "$kind" "$(sed -n 's/^#\([0-9]*\).*/\1/p' <<<"$line")" \
            "$(sed -n 's/.*cov: \([0-9]*\).*/\1/p' <<<"$line")" "$(sed -n 's/.*corp: //p' <<<"$line")" \
            "$(count "$target-$kind" operations)" "$(count "$target-$kind" detected)" \
            "$(count "$target-$kind" missed)"
    done
}

watch_over() {
    local target=$1 every=30 began=$SECONDS
    [ -t 2 ] && every=5
    while [ -n "$(jobs -rp)" ]; do
        sleep 1
        if [ $(((SECONDS - began) % every)) -eq 0 ]; then
            if [ -t 2 ]; then printf '\r\033[K%s' "$(progress "$target" | cut -c1-150)" >&2; else progress "$target" >&2; echo >&2; fi
        fi
    done
    if [ -t 2 ]; then printf '\r\033[K' >&2; fi
}

touch "$work/began"
for target in "${targets[@]}"; do
    seed_corpus "$target"
    rm -f "$work/$target-"*
    printf '%s: %s s, plain and under AddressSanitizer, %s inputs to begin with\n' "${target#fuzz_}" \
        "$share" "$(find "$corpora/$target" -type f | wc -l)"
    fuzz_one "$target" "$plain" plain &
    fuzz_one "$target" "$asan" asan &
    watch_over "$target"
    wait
done

operations=0 injected=0 detected=0 wrong=0 missed=0 alarms=0 crashed=0
printf '\n%-14s %-6s %12s %9s %14s %10s %9s %7s\n' target build executions per-s operations injected coverage corpus
for target in "${targets[@]}"; do
    for kind in plain asan; do
        run=$target-$kind
        line=$(status_line "$run")
        printf '%-14s %-6s %12s %9s %14s %10s %9s %7s\n' "${target#fuzz_}" "$kind" \
            "$(final "$run" number_of_executed_units)" "$(final "$run" average_exec_per_sec)" \
            "$(count "$run" operations)" "$(count "$run" injected)" \
            "$(sed -n 's/.*cov: \([0-9]*\).*/\1/p' <<<"$line")" "$(sed -n 's/.*corp: //p' <<<"$line")"
        operations=$((operations + $(count "$run" operations)))
        injected=$((injected + $(count "$run" injected)))
        detected=$((detected + $(count "$run" detected)))
        wrong=$((wrong + $(count "$run" wrong)))
        missed=$((missed + $(count "$run" missed)))
        alarms=$((alarms + $(count "$run" false_alarms)))
        [ "$(cat "$work/$run.exit")" -eq 0 ] || crashed=$((crashed + 1))
    done
done
printf '\n%s operations; %s violations injected, %s detected exactly, %s wrong, %s missed, %s false alarms\n' \
    "$operations" "$injected" "$detected" "$wrong" "$missed" "$alarms"
printf 'corpus: %s/   logs: %s/\n' "$corpora" "$work"

if [ "$crashed" -gt 0 ]; then
    printf 'CRASHED: %s of the runs above. What was wrong, and how to see it again:\n' "$crashed"
    for target in "${targets[@]}"; do
        for kind in plain asan; do
            [ "$(cat "$work/$target-$kind.exit")" -eq 0 ] && continue
            grep -ahE '^expool fuzz:|^==[0-9]+==ERROR|^==[0-9]+==expool: BUG|ERROR: libFuzzer: timeout' \
                "$work/$target-$kind.log" | head -n 3
            find "$artefacts" -name "$target-$kind-*" -newer "$work/began" \
                -exec printf '  ./build.sh replay --print %s\n' {} \;
            printf '  all it printed: %s\n' "$work/$target-$kind.log"
        done
    done
    exit 1
fi
printf 'no input crashed; those that do are kept in %s/\n' "$artefacts"
[ "$operations" -gt 0 ] || { echo "fuzz: nothing was checked" >&2; exit 2; }
