#!/usr/bin/env bash
# valgrind.sh [WORD] - `./build.sh valgrind`: the unit tests of build/dev and each target's corpus under Memcheck, or
# those whose name contains WORD. What cannot run is in ci/valgrind.txt, with the reason. Races are ThreadSanitizer's
# (ci/jobs/tsan.sh): what our own locks order Helgrind and DRD cannot see.
# valgrind.sh --one NAME: the whole starts one for each, two at a time.
set -euo pipefail
cd "$(dirname "$0")/.."
out=build/valgrind

if [ "${1:-}" = --one ]; then
    name=$2 command=("build/dev/tests/$2")
    [[ $name == test_* ]] || command=("build/dev/fuzz/$name" corpus/seeds corpus/regressions)
    # Registers exact at each access: programs go on after faults.
    CK_TIMEOUT_MULTIPLIER=20 timeout 300 valgrind -q --error-exitcode=9 --leak-check=no --suppressions=ci/valgrind.supp \
        --px-default=allregs-at-mem-access --px-file-backed=allregs-at-mem-access \
        "${command[@]}" >"$out/$name.log" 2>&1 </dev/null && exit
    printf '%s FAILED (%s):\n' "$name" "$out/$name.log"
    grep -aE '^==[0-9]+== |:[FE]:' "$out/$name.log" | head -n 20
    exit 1
fi

mapfile -t names < <({ basename -s .c tests/test_*.c; basename -s .c fuzz/fuzz_*.c | sed 's/^fuzz_/replay_/'; } | grep -F -- "${1:-}" | sort)
mapfile -t left_out < <(sed -nE 's/^(test_[a-z0-9_]+) .*/\1/p' ci/valgrind.txt)
for name in "${left_out[@]}"; do
    [ -e "tests/$name.c" ] || { echo "ci/valgrind.txt: there is no $name" >&2; exit 1; }
done
mapfile -t chosen < <(printf '%s\n' "${names[@]}" | grep -vxF -f <(printf '%s\n' "${left_out[@]}"))
[ ${#chosen[@]} -gt 0 ] || { echo "valgrind: no test to run has \"${1:-}\" in its name (ci/valgrind.txt: what cannot run)" >&2; exit 2; }
rm -rf "$out"
mkdir -p "$out"
printf '%s\n' "${chosen[@]}" | xargs -P 2 -L 1 "$0" --one || { echo "valgrind: some of ${#chosen[@]} failed"; exit 1; }
echo "valgrind: ${#chosen[@]} clean under $(valgrind --version), $((${#names[@]} - ${#chosen[@]})) left out (ci/valgrind.txt)"
