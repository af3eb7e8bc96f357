#!/usr/bin/env bash
# The contract with OSS-Fuzz and ClusterFuzzLite: for each sanitizer of theirs a build by their environment and
# nothing else, and what they check of it; AFL++ by the same script. contract.sh [all]: Debian's default clang, or
# clang 14, 16 and 19. How $SRC/build.sh is there, a link, a copy or sourced, goes round.
set -euo pipefail
cd "$(dirname "$0")/../.."
case ${1:-default} in
    all) compilers=(clang-14 clang-16 clang-19) ;;
    default) compilers=() ;;
    *) echo "contract: 'all' or nothing, not '$1'" >&2 && exit 2 ;;
esac
./build.sh setup "${@:1:1}"
[ ${#compilers[@]} -gt 0 ] || compilers=("clang-$(clang -dumpversion | cut -d. -f1)")

tests/contract/faults.sh "${compilers[0]}"
passed=0 failed=()
one() {
    if HOW=$1 TWICE=$2 ci/contract.sh "$3" "$4" "$5"; then
        passed=$((passed + 1))
    else
        failed+=("$3 $4 $5")
    fi
}
for compiler in "${compilers[@]}"; do
    one copy yes "$compiler" address libfuzzer
    one link '' "$compiler" undefined libfuzzer
    one source '' "$compiler" memory libfuzzer
    one link '' "$compiler" coverage libfuzzer
    tests/contract/unwritten.sh "$compiler"
    tests/contract/refused.sh "$compiler"
done
one link '' "${compilers[0]}" address afl # Debian's afl-clang-fast has a clang of its own

builds=$((passed + ${#failed[@]}))
mkdir -p build/goals
jq -n --argjson figure "$passed" --argjson goal "$builds" \
    --arg what "builds as OSS-Fuzz wants them: ${compilers[*]} by address, undefined, memory, coverage; AFL++" \
    '{figure: $figure, goal: $goal, is_met: ($figure == $goal), what: $what}' >build/goals/G12.json
[ ${#failed[@]} -eq 0 ] || { printf 'NOT as OSS-Fuzz wants it: %s\n' "${failed[@]}"; exit 1; }
echo "contract kept in $passed builds: ${compilers[*]} with address, undefined, memory, coverage; AFL++ with address"
