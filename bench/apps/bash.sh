#!/usr/bin/env bash
# bash: strings, arrays, functions; no process but itself.
. "$(dirname "$0")/app.sh"

prepare() {
    cat >work.bash <<'TEXT'
declare -A table
lines=()
x=12345
for ((i = 0; i < 6000; i++)); do
    ((x = (x * 1103515245 + 12345) % 2147483648))
    word=w$((x % 997))
    table[$word]=${table[$word]-}.$i
    lines+=("$word ${word//w/-} ${#lines[@]}")
done
twice() { local text=$1; printf -v text '%s%s' "$text" "${text^^}"; result=$text; }
total=0
for line in "${lines[@]}"; do
    twice "$line"
    ((total += ${#result}))
done
echo "${#table[@]} ${#lines[@]} $total ${lines[4321]}"
TEXT
}

work() { run bash work.bash; }
app "$@"
