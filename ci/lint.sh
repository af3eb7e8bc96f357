#!/usr/bin/env bash
# ci/lint.sh - what tools can say about the sources; each step prints a line.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
failed=0

step() {
    local name=$1 log=build/lint-$1.log
    shift
    if "$@" >"$log" 2>&1; then
        printf '%-12s ok\n' "$name"
    else
        printf '%-12s FAILED\n' "$name"
        grep -v 'warnings\? generated' "$log" | head -n 60
        failed=$((failed + 1))
    fi
}

mkdir -p build/lint
cmake --preset dev -B build/lint/tree >build/lint-configure.log 2>&1 || { cat build/lint-configure.log; exit 1; }
# The replay programs compile fuzz/ once more, each call a macro that records it: what macros hold is no nesting. A file
# that many programs compile with the same definitions is looked at once.
jq '[.[] | select(.command | contains("calls_macros.h") | not)] | unique_by([.file, (.command | [scan(" -[DU][^ ]*")])])' \
    build/lint/tree/compile_commands.json >build/lint/compile_commands.json
mapfile -t all < <(git ls-files '*.c' '*.h')
mapfile -t sources < <(git ls-files 'pool/*.c' 'kernel/*.c' 'verifier/*.c' 'fuzz/*.c' 'bench/*.c' 'tools/*.c' 'preload/*.c')
mapfile -t scripts < <(git ls-files '*.sh' '*.bash' build.sh .ci/run ci/hooks debian/tests/readme | sort -u)

step format clang-format --dry-run -Werror "${all[@]}"
step tidy bash -c 'printf "%s\n" "$@" | xargs -n 4 -P 2 clang-tidy -quiet -p build/lint' -- "${sources[@]}"
step cppcheck cppcheck -q --error-exitcode=1 --std=c11 --inline-suppr --suppressions-list=ci/cppcheck.txt \
    --enable=warning,performance,portability -D_GNU_SOURCE -D__x86_64__ -I. -Iinclude -j2 bench pool kernel preload verifier fuzz tools
step shellcheck shellcheck -x -P SCRIPTDIR "${scripts[@]}"
step analyzer ci/analyze.sh build/lint
step includes ci/check-includes.sh
step sizes ci/check-sizes.sh
step lists ci/check-lists.sh
step summary ci/check-summary.sh
step seeded ci/check-seeded.sh
step versions ci/check-versions.sh
[ $failed -eq 0 ] && printf 'lint: %s files clean\n' "${#all[@]}"
exit $failed
