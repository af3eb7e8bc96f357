#!/usr/bin/env bash
# The programs in corpus/ mean what they say: as bytes and printed again each has the same operations
# and settings, so a change of the format that moves one is seen.
set -uo pipefail
fail() { echo "corpus_text.sh: $*"; exit 1; }

# Operations and settings, without expectations and blanks; settings in any order, as ever left out.
meaning() { sed -e 's/ *#.*//' -e '/^target:/d' -e '/^expool-program/d' -e '/^backend: classic$/d' \
    -e '/^[0-9]* files,/d' -e '/^$/d' "$1"; }

count=0
for text in "$SOURCE"/corpus/seeds/*/*.txt "$SOURCE"/corpus/regressions/*.txt; do
    target=$(sed -n 's/^target: *\([a-z_]*\).*/\1/p' "$text")
    replay=$BUILD/fuzz/replay_${target:-pool_seq}
    [ -x "$replay" ] || fail "$text is for $target, which is not built"
    "$replay" --convert "$text" bytes || fail "$text cannot be written as bytes"
    "$replay" --print bytes >printed 2>said || fail "$text: $(cat said)"
    diff <(meaning "$text" | sort) <(meaning printed | sort) >difference ||
        fail "$text has another meaning as bytes: $(head -5 difference)"
    count=$((count + 1))
done
[ "$count" -ge 60 ] || fail "only $count programs"
echo "corpus_text.sh: $count programs are the same as text and as bytes"
