#!/usr/bin/env bash
# one.sh TOOL PROGRAM OUT - links one program of this folder for one tool (tools.sh) and runs it in each setting, and
# its near miss, or what is legal throughout. OUT/TOOL/PROGRAM.cells has a line a setting: "SETTING CELL",
# or "SETTING alarm" for words where none are due; what was said is in PROGRAM.SETTING.log beside it.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=tests/checkers/tools.sh
. tests/checkers/tools.sh
tool=$1 program=$2 out=$3/$1
export ASAN_OPTIONS=detect_leaks=1 UBSAN_OPTIONS=print_stacktrace=1
mkdir -p "$out"
source=$checkers_sources/$program.c
[ -e "$source" ] || source=$checkers_sources/legal/$program.c

# clang-asan-16 is clang-asan by clang-16.
version=${tool#clang-asan}
[ "$version" != "$tool" ] || version=''
row=$(sed -n "s/^${tool%"$version"}  *//p" <<<"$checkers_tools" | sed "s/clang /clang$version /")
read -r tree compiler <<<"${row%%|*}"
read -ra runner <<<"${row#*|}"
[[ $row == *\|* ]] || runner=()
archive=build/$tree/lib/libexpool.a
[ "$tree" = release ] || archive="build/$tree/expool-inner.o build/$tree/libbacktrace/libbacktrace.a"

own=$(sed -nE 's/^ \* Compiled with (-.*)\. \*\/$/\1/p' "$source")

# shellcheck disable=SC2086 # words
$compiler -g -O0 -fno-omit-frame-pointer $own -Wall -Wextra -Werror -Wno-multichar -Iinclude "$source" $archive \
    -lpthread -o "$out/$program" 2>"$out/$program.link" || { echo "$tool: $source does not compile:"; cat "$out/$program.link"; exit 1; }

execute() {
    (
        ulimit -c 0
        EXPOOL_OPTIONS=$1 exec timeout 60 "${runner[@]}" "$out/$program" "${@:2}"
    ) >"$log" 2>&1 </dev/null
}

# Who spoke, and did it know the block? expool says its bug check's code.
words='ERROR: (Address|Leak)Sanitizer|WARNING: (Memory|Thread)Sanitizer|runtime error:|^==[0-9]+== *(Invalid|Mismatched|Conditional|Conflicting|.* definitely lost)'
blocks='the pool block of the report above|a block of size|are definitely lost|is at offset [0-9]+ from'
cell() {
    local cell=''
    ! grep -qE "$words" "$log" || cell=+report
    [ -z "$cell" ] || ! grep -qE "$blocks" "$log" || cell=+block
    cell+=$(sed -nE 's/^==[0-9]+==expool: .*(BUG CHECK|LEAK) (0x[0-9A-F]+).*/+\2/p' "$log" | tr -d '\n')
    case $cell:$1 in
        :0) cell=- ;;
        :124) cell=+hangs ;;
        :*) cell=+signal ;;
    esac
    [ "$cell" != - ] || [ ! -s "$log" ] || cell=+noise
    echo "${cell#+}"
}

for setting in "${checkers_settings[@]}"; do
    log=$out/$program.$setting.log status=0
    execute "$setting" 2>/dev/null || status=$?
    if [[ $source != */legal/* ]]; then
        echo "$setting $(cell "$status")"
        log=$out/$program.$setting.near.log status=0
        execute "$setting" near-miss 2>/dev/null || status=$?
    fi
    { [ "$status" -eq 0 ] && [ ! -s "$log" ]; } || echo "$setting alarm"
done >"$out/$program.cells"
