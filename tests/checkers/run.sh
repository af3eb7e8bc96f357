#!/usr/bin/env bash
# run.sh [--quick] [WORD] - `./build.sh checkers`: the programs of this folder, or those with WORD in their names, under
# every tool in every setting, against expected.txt. A difference fails, and so does a word about a near miss or about
# what is in legal/. --quick: AddressSanitizer of gcc, Memcheck, and DRD for what has threads. A whole run compares
# docs/CHECKERS.md, too:
# build/checkers/CHECKERS.md is that page as it should be, build/checkers/expected.txt what came out.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=tests/checkers/tools.sh
. tests/checkers/tools.sh
out=build/checkers expected=$checkers_sources/expected.txt page=docs/CHECKERS.md
mapfile -t columns < <(awk '{ print $1 }' <<<"$checkers_tools")
tools=(memcheck drd gcc-asan) # the slowest first
is_whole=yes is_quick=''
if [ "${1:-}" = --quick ]; then
    is_whole='' is_quick=yes
    shift
else
    for tool in "${columns[@]}" clang-asan-16 clang-asan-19; do # the default clang, and what else there is
        [[ ! $tool =~ -(1[69])$ ]] || command -v "clang-${BASH_REMATCH[1]}" >/dev/null || continue
        [[ " ${tools[*]} " == *" $tool "* ]] || tools+=("$tool")
    done
fi
[ $# -eq 0 ] || is_whole=''
mapfile -t bugs < <(basename -s .c "$checkers_sources"/*"${1:-}"*.c | grep -vF '*')
mapfile -t legal < <(basename -s .c "$checkers_sources"/legal/*"${1:-}"*.c | grep -vF '*')
programs=("${bugs[@]}" "${legal[@]}")
[ ${#programs[@]} -gt 0 ] || { echo "checkers: no program has \"$1\" in its name" >&2; exit 2; }

# has TOOL PROGRAM: is it run? DRD is not asked for what has no threads when there is no time.
has() {
    [ "$1" != drd ] || [ -z "$is_quick" ] ||
        grep -q pthread_create "$checkers_sources/$2.c" "$checkers_sources/legal/$2.c" 2>/dev/null
}

rm -rf "$out"
mkdir -p "$out"
for tool in "${tools[@]}"; do
    for program in "${programs[@]}"; do
        ! has "$tool" "$program" || echo "$tool $program $out"
    done
done | xargs -P 2 -L 1 tests/checkers/one.sh || { echo 'checkers: not everything ran' >&2; exit 1; }

# wanted TOOL PROGRAM: its column of expected.txt, as one.sh writes it. clang-asan-16 has that of clang-asan.
wanted() {
    awk -v column="${1%-1[69]}" -v program="$2" '
        $1 == "program" { for (i = 3; i <= NF; i++) if ($i == column) at = i }
        $1 == program { print $2, $at }' "$expected"
}

# settle TOOL PROGRAM: "report?" is a report or nothing, as threads meet.
settle() {
    local setting cell
    while read -r setting cell; do
        [[ $cell != *\? ]] || sed -i -E "s/^$setting (${cell%\?}|-)\$/$setting $cell/" "$out/$1/$2.cells"
    done < <(wanted "$1" "$2")
}

wrong=0
for tool in "${tools[@]}"; do
    for program in "${programs[@]}"; do
        has "$tool" "$program" || continue
        said=$out/$tool/$program.cells
        settle "$tool" "$program"
        ! diff <(wanted "$tool" "$program") "$said" >"$said.diff" || continue
        wrong=$((wrong + 1))
        printf '%s under %s is not as expected (<); logs in %s:\n' "$program" "$tool" "$out/$tool/$program.*"
        grep '^[<>]' "$said.diff"
    done
done

table() {
    local program setting tool
    echo "program setting ${columns[*]}"
    for program in "${bugs[@]}"; do
        for setting in "${checkers_settings[@]}"; do
            printf '%s %s' "$program" "$setting"
            for tool in "${columns[@]}"; do
                awk -v setting="$setting" '$1 == setting && $2 != "alarm" { printf " %s", $2 }' "$out/$tool/$program.cells"
            done
            echo
        done
    done
}
if [ -n "$is_whole" ]; then
    { grep '^#' "$expected"; table | column -t; } >"$out/expected.txt"
    { sed '/^<!-- table/q' "$page"; tests/checkers/page.sh <"$out/expected.txt"; } >"$out/CHECKERS.md"
    cmp -s "$page" "$out/CHECKERS.md" || { echo "$page is not what came out: $out/CHECKERS.md"; wrong=$((wrong + 1)); }
fi
[ "$wrong" -eq 0 ] || { echo "checkers: $wrong wrong"; exit 1; }
echo "checkers: ${#bugs[@]} planted bugs, their near misses and ${#legal[@]} legal programs as expected" \
    "in ${#checkers_settings[@]} settings of ${#tools[@]} tools: ${tools[*]}"
