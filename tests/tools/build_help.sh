#!/usr/bin/env bash
# ./build.sh VERB --help is the verb's lines of the usage, at once; nothing is built, no option is made up.
set -euo pipefail
fail() { echo "build_help.sh: $*"; exit 1; }
asked=0
verbs=$(sed -n 's/^verbs="\(.*\)"$/\1/p' "$SOURCE/build.sh")
for verb in ${verbs/ fuzz / }; do
    for option in --help -h; do
        said=$(timeout 20 "$SOURCE/build.sh" "$verb" "$option" 2>&1) || fail "$verb $option: $said"
        [[ $said == "./build.sh $verb "* ]] || fail "$verb $option says '$said'"
        ! grep -v "^./build.sh $verb " <<<"$said" || fail "$verb $option says more than its lines"
        asked=$((asked + 1))
    done
done
[ "$asked" -ge 34 ] || fail "only $asked questions"
# refuses LINE WORD...: one line, exit 2.
refuses() {
    local wanted="build.sh: $1" said status=0
    shift
    said=$("$SOURCE/build.sh" "$@" 2>&1) || status=$?
    [ "$status,$said" = "2,$wanted" ] || fail "$*: $status, '$said'"
}
refuses 'test has no option --nosuch (./build.sh test --help)' test --nosuch
refuses 'checkers has no option --quik (./build.sh checkers --help)' checkers --quik
refuses "no verb 'nosuchverb' (./build.sh help lists all)" nosuchverb
refuses "no verb 'tset'; the nearest is 'test' (./build.sh help lists all)" tset
