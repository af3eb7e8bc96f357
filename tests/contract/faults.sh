#!/usr/bin/env bash
# shellcheck disable=SC2016,SC2054 # what is planted is for another shell; a sanitizer's list has commas
# faults.sh CLANG - a small target, right at first and then wrong in one way each: contract_check.sh must be silent
# about the first and find each of the others; start_prefix.sh must see a kernel that old runtimes die under.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
clang=$1
work=$(mktemp -d)
chmod 711 "$work"
trap 'rm -rf "$work"' EXIT
mkdir "$work/seeds"
printf seed >"$work/seeds/one"
touch -d 2000-01-01T00:00:00Z "$work/seeds/one"
flags=(-O1 -gline-tables-only -fsanitize=fuzzer,address)

# compile OUTPUT [FLAG...]
compile() { "$clang" "${flags[@]}" "${@:2}" tests/contract/toy.c -o "$1"; }
compile "$work/right"
compile "$work/crashing" -DCRASHES_ON_SEEDS
compile "$work/resident" "-DOPENS=\"$work/out/fuzz_toy\""
compile "$work/chatty" -DPRINTS_LINES=200
"$clang" "${flags[@]}" -fsanitize=undefined -DMANY_CHECKS tests/contract/toy.c -o "$work/mixed"
"$clang" -O1 -fsanitize=fuzzer tests/contract/toy.c -o "$work/plain"
"$clang" -O1 -fsanitize=address -c tests/contract/toy.c -o "$work/toy.o"
"$clang" -fsanitize=fuzzer,address "$work/toy.o" -o "$work/blind"

# out PROGRAM: what a right build would leave, with this target.
out() {
    rm -rf "$work/out"
    mkdir "$work/out"
    install -m 755 "$work/$1" "$work/out/fuzz_toy"
    (cd "$work/seeds" && find . -type f | LC_ALL=C sort | TZ=UTC zip -qX "$work/out/fuzz_toy_seed_corpus.zip" -@)
    printf '"word"\n' >"$work/out/fuzz_toy.dict"
    printf '[libfuzzer]\nlen_control = 0\n' >"$work/out/fuzz_toy.options"
}

caught=0
# expect TEXT: the check fails and says so.
expect() {
    local said status=0
    said=$(ci/contract_check.sh address libfuzzer "$work/out" "$clang" 2>&1) || status=$?
    if [ $status -eq 0 ] || ! grep -q "BAD: .*$1" <<<"$said"; then
        printf 'planted, and not caught: %s\n%s\n' "$1" "$said"
        exit 1
    fi
    caught=$((caught + 1))
}

out right
ci/contract_check.sh address libfuzzer "$work/out" "$clang" >"$work/said" || { cat "$work/said"; exit 1; }

mv "$work/out/fuzz_toy" "$work/out/fuzz.toy"
expect "letters, digits, _ and - only"
out mixed; expect "__ubsan in a build for SANITIZER=address"
out plain; expect "0 calls of __asan"
out blind; expect "no coverage instrumentation"
out resident; expect "does not start, or ends by itself"
out chatty; expect "prints 2.. lines"
out crashing; expect "crashes on its seeds"
out right; cp "$work/right" "$work/out/replay_toy"; touch "$work/out/notes"; expect "notes: neither a target"
out right; chmod +x "$work/out/fuzz_toy.dict"; expect "may not be executable"
out right; rm "$work/out/fuzz_toy_seed_corpus.zip"; expect "no seeds"
out right; touch "$work/seeds/one"; (cd "$work/seeds" && zip -qX "$work/out/fuzz_toy_seed_corpus.zip" one); expect "time of the build"
touch -d 2000-01-01T00:00:00Z "$work/seeds/one"
out right; echo 'word' >"$work/out/fuzz_toy.dict"; expect "dictionary is not read"
out right; echo 'len_control = 0 or so' >"$work/out/fuzz_toy.options"; expect "options: len_control = 0 or so"
out right; rm "$work/out/fuzz_toy"; expect "no target"

# What contract.sh sees of a build itself: in a tree of its own, whose build.sh does one thing too many.
planted() {
    local said
    rm -rf "$work/tree"
    mkdir -p "$work/tree"/{ci,pool}
    cp ci/contract.sh ci/contract_check.sh ci/start_prefix.sh "$work/tree/ci/"
    printf 'cp "$PWD/right" "$OUT/fuzz_toy"; (cd "$WORK"; echo 1 >one; zip -qX "$OUT/fuzz_toy_seed_corpus.zip" one)\n%s\n' \
        "$1" >"$work/tree/build.sh"
    cp "$work/right" "$work/tree/"
    git -C "$work/tree" init -q
    if said=$("$work/tree/ci/contract.sh" "$clang" address 2>&1) || ! grep -q "BAD: .*$2" <<<"$said"; then
        printf 'planted, and not caught: %s\n%s\n' "$2" "$said"
        exit 1
    fi
    caught=$((caught + 1))
}
planted 'echo x >"$TMPDIR/left"' "outside of OUT and WORK"
planted 'apt-get install -y zip || true' "fetches"
planted 'for i in $(seq 500); do : "$i"; done' "lines under bash -x"
planted 'false' "build.sh failed"
planted 'mkdir "$SRC/made"' "build.sh failed" # as nobody it cannot

echo 32 >"$work/bits"
if prefix=$(EXPOOL_RND_BITS=$work/bits ci/start_prefix.sh clang-14 2>"$work/said"); then
    [[ $prefix == setarch*-R ]] || { echo "no prefix for clang 14 under 32 random bits"; exit 1; }
fi
grep -q 'mmap_rnd_bits is 32' "$work/said" || { echo "nothing said of 32 random bits"; exit 1; }
caught=$((caught + 1))
echo "contract: $caught planted faults caught"
