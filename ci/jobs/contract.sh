#!/usr/bin/env bash
# The contract with OSS-Fuzz and ClusterFuzzLite: for each sanitizer of theirs a build by their environment and
# nothing else, and what they check of it; AFL++ by the same script. contract.sh [all]: Debian's default clang, or
# clang 14, 16 and 19. How $SRC/build.sh is there, a link, a copy or sourced, goes round.
# time: 420 s
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

# HOW TWICE CLANG SANITIZER ENGINE, a line a build; two at a time, since half of what is checked has one thread.
builds=()
for compiler in "${compilers[@]}"; do
    builds+=("copy yes $compiler address libfuzzer" "source no $compiler memory libfuzzer"
        "link no $compiler undefined libfuzzer" "link no $compiler coverage libfuzzer")
done
builds+=("link no ${compilers[0]} address afl") # Debian's afl-clang-fast has a clang of its own
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT
# shellcheck disable=SC2016 # for another shell
printf '%s\n' "${builds[@]}" | xargs -P 2 -L 1 bash -c '[ "$3" = no ] || export TWICE=yes
    HOW=$2 ci/contract.sh "$4" "$5" "$6" >"$1/$4-$5-$6" 2>&1 || echo failed >"$1/$4-$5-$6.failed"' _ "$logs" || true
passed=0 failed=()
for build in "${builds[@]}"; do
    read -r _ _ name <<<"$build"
    cat "$logs/${name// /-}"
    if [ -e "$logs/${name// /-}.failed" ]; then failed+=("$name"); else passed=$((passed + 1)); fi
done
for compiler in "${compilers[@]}"; do
    tests/contract/unwritten.sh "$compiler"
    tests/contract/refused.sh "$compiler"
done

mkdir -p build/goals
jq -n --argjson figure "$passed" --argjson goal "${#builds[@]}" \
    --arg what "builds as OSS-Fuzz wants them: ${compilers[*]} by address, undefined, memory, coverage; AFL++" \
    '{figure: $figure, goal: $goal, is_met: ($figure == $goal), what: $what}' >build/goals/G12.json
[ ${#failed[@]} -eq 0 ] || { printf 'NOT as OSS-Fuzz wants it: %s\n' "${failed[@]}"; exit 1; }
echo "contract kept in $passed builds: ${compilers[*]} with address, undefined, memory, coverage; AFL++ with address"
