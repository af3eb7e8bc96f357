#!/usr/bin/env bash
# valgrind.sh [WORD] - `./build.sh valgrind`: the unit tests of build/dev and each target's corpus under Memcheck; those
# with threads, and the corpus of the target `threads`, under DRD, which looks for data races, too. With a WORD: those
# whose name contains it. What cannot run is in ci/valgrind.txt, with the reason.
# valgrind.sh --one TOOL NAME: the whole starts one for each, two at a time.
set -euo pipefail
cd "$(dirname "$0")/.."
out=build/valgrind

if [ "${1:-}" = --one ]; then
    tool=$2 name=$3 command=("build/dev/tests/$3") options=()
    [[ $name == test_* ]] || command=("build/dev/fuzz/$name" corpus/seeds corpus/regressions)
    [ "$tool" != memcheck ] || options=(--leak-check=no --suppressions=ci/valgrind.supp)
    # Registers exact at each access: programs go on after faults.
    CK_TIMEOUT_MULTIPLIER=20 timeout 300 valgrind -q --tool="$tool" --error-exitcode=9 "${options[@]}" \
        --px-default=allregs-at-mem-access --px-file-backed=allregs-at-mem-access \
        "${command[@]}" >"$out/$tool-$name.log" 2>&1 </dev/null && exit
    printf '%s under %s FAILED (%s):\n' "$name" "$tool" "$out/$tool-$name.log"
    grep -aE '^==[0-9]+== |:[FE]:' "$out/$tool-$name.log" | head -n 20
    exit 1
fi

# What starts threads of its own, or has the library's do its work.
threads='pthread_create|[^a-z_]start\(|PsCreateSystemThread|Io(Queue|Allocate)WorkItem|ExQueueWorkItem|KeSetTimer|KeInsertQueueDpc'
names() {
    case $1 in
        memcheck) basename -s .c tests/test_*.c fuzz/fuzz_*.c ;;
        drd) { grep -lE "$threads" tests/test_*.c; echo fuzz_threads; } | xargs basename -s .c ;;
    esac | sed 's/^fuzz_/replay_/' | sort
}
left_out() { sed -nE "s/^($1 +)?(test_[a-z0-9_]+) .*/\2/p" ci/valgrind.txt; }
while read -r name; do
    [ -e "tests/$name.c" ] || { echo "ci/valgrind.txt: there is no $name" >&2; exit 1; }
done < <(left_out drd)

chosen=() counts=''
for tool in memcheck drd; do
    mapfile -t named < <(names "$tool" | grep -F -- "${1:-}")
    mapfile -t able < <(printf '%s\n' "${named[@]}" | grep -vxF -f <(left_out "$tool"; echo))
    [ ${#able[@]} -eq 0 ] || chosen+=("${able[@]/#/$tool }")
    counts+=", ${#able[@]} under $tool ($((${#named[@]} - ${#able[@]})) left out)"
    [ -n "${1:-}" ] || [ ${#able[@]} -gt 0 ] || { echo "valgrind: nothing to run under $tool" >&2; exit 1; }
done
[ ${#chosen[@]} -gt 0 ] || { echo "valgrind: no test to run has \"${1:-}\" in its name (ci/valgrind.txt: what cannot run)" >&2; exit 2; }
rm -rf "$out"
mkdir -p "$out"
printf '%s\n' "${chosen[@]}" | xargs -P 2 -L 1 "$0" --one || { echo "valgrind: some of ${#chosen[@]} failed"; exit 1; }
echo "$(valgrind --version): ${counts#, } clean; ci/valgrind.txt has what is left out"
