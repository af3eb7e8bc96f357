#!/usr/bin/env bash
# What bash offers behind the words that were typed: the installed script, driven as readline drives it.
set -u
failed=0 checked=0
# shellcheck source=/dev/null
. /usr/share/bash-completion/bash_completion
# shellcheck source=/dev/null
. "$BUILD/completions/expool"
touch record.rec log.txt
mkdir folder

# offered WORD...: the answers to <Tab> behind the last word, sorted. Split as readline does, at = and :.
offered() {
    local word
    COMP_WORDS=() COMPREPLY=() COMP_TYPE=9 COMP_KEY=9
    COMP_LINE="$*" COMP_POINT=${#COMP_LINE}
    for word in "$@"; do
        mapfile -t -O ${#COMP_WORDS[@]} COMP_WORDS < <(grep -oE '[=:]+|[^=:]+' <<<"$word" || echo)
    done
    COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
    _expool 2>>said
    printf '%s\n' "${COMPREPLY[@]}" | sort | paste -sd ' '
}

# check 'WHAT IS OFFERED' WORD...
check() {
    local wanted=$1 got
    shift
    got=$(offered "$@")
    checked=$((checked + 1))
    [ "$got" = "$wanted" ] && return
    echo "$*<Tab> offers '$got', not '$wanted'"
    failed=1
}

# has 'ONE OF THEM' WORD...; has_not
has() {
    local wanted=$1
    shift
    checked=$((checked + 1))
    [[ " $(offered "$@") " == *" $wanted "* ]] || { echo "$*<Tab> does not offer $wanted"; failed=1; }
}
has_not() {
    local unwanted=$1
    shift
    checked=$((checked + 1))
    [[ " $(offered "$@") " != *" $unwanted "* ]] || { echo "$*<Tab> offers $unwanted"; failed=1; }
}

# shellcheck disable=SC2317 # readline's, which is not here
compopt() { :; }

check '--help --version doctor explain faults replay report run symbolize verifier' expool ''
check 'replay report' expool rep
check '' expool rum
check '' expool rum --ver
check '--allow-idle' expool run --al
check '--verbose --verifier= --verify= --version' expool run --ver
check '--special-pool-full= --special-pool-mb= --special-pool=' expool run --spec
check '--special_pool_full= --special_pool_mb=' expool run --special_pool_
check '--force' expool report --f
check 'alternate both end exact start' expool run --verify=
check 'end exact' expool run --verify=e
check 'end exact' expool run --verify e
check '' expool run --verify=z
check '' expool run --veryfy=e
check 'stop' expool run --special_pool_full=s
check 'stop' expool run --special-pool-full=s
check 'json junit' expool report --to=j
check 'json,sarif' expool report --to json,s
check '' expool report --text=j
check 'folder' expool report --root f
check 'record.rec' expool report record.rec --to text rec
check 'log.txt' expool symbolize l
check 'always auto' expool doctor --color=a
check 'exact' expool faults --options=verify=ex
check 'exact' expool faults --options tier=mprotect:verify=ex
check 'log.txt' expool faults --options tier=mprotect:log=l
check '' expool faults --options seed=
check 'special_pool_full= special_pool_mb=' expool faults --options special_pool_
check '0xC2' expool explain 0xC2
check 'damage-after-block' expool explain damage-aft
check '/query /querysettings' verifier /query
check '-query -querysettings' verifier -query
check '/query /querysettings' expool verifier /query
check '' verifier /qwery
check 'query reset' verifier /rules ''
check 'persistent' verifier /bootmode p
check 'persistent' verifier -bootmode p
check 'log.txt' verifier /log lo
check '--targets= --test= --timeout=' expool-ci --t
check 'folder' expool-ci --out f
check 'exact' expool-ci --options verify=ex
check 'log.txt' expool-ci --targets lo
has_not sarif,sarif expool run --report=sarif,
has sarif,junit expool run --report=sarif,
# Behind the program all is the program's.
has_not '--verify=' expool run -- ls --ver
has_not '--verify=' expool run ls --ver
has_not exact expool run ls --verify=e
has log.txt expool run --verify exact -- cat l
has log.txt expool faults -j 2 --seed 3 cat l
check '' expool faults -j ''
check '' verifier /flags ''
has /driver verifier /faults ''
has log.txt expool run --verify=exact cat l
has expool expool run exp
has expool expool doctor -- exp
[ ! -s said ] || { cat said; failed=1; }
[ "$checked" -gt 40 ] || { echo "only $checked checks"; failed=1; }
exit $failed
