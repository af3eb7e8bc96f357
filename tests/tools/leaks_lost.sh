#!/usr/bin/env bash
# The subject is an unmodified program: what nobody points to is a leak, what is kept anywhere is none.
set -euo pipefail
export LD_PRELOAD=
run() {
    status=0
    EXPOOL_OPTIONS="leaks=at_exit:$2" LD_PRELOAD=$BUILD/lib/libexpool-preload.so "$TOOLS/keeps" "$1" >out 2>err || status=$?
}

fail() {
    echo "$1: $2, exit $status"
    cat err
    exit 1
}

modes=$("$TOOLS/keeps")
for mode in $modes; do
    for way in seed=1 verify=start verify=exact; do
        run "$mode" $way
        case $mode in
            lost_in_child) ;; # below
            lost_*)
                [ $status -eq 98 ] || fail "$mode" 'not found'
                grep -qE 'definitely lost: make keeps\.c|definitely lost: .*keeps\.c' err || fail "$mode" 'no caller'
                grep -qE 'LEAK 0xC4/0x62: 2 pool blocks were not freed \(1 317 bytes\)' err || fail "$mode" 'not these blocks'
                ;;
            *)
                { [ $status -eq 0 ] && [ ! -s err ]; } || fail "$mode" 'a false alarm'
                ;;
        esac
    done
done

# The exit code is the user's; off is off.
run lost_variable leak_exitcode=7
[ $status -eq 7 ] || fail lost_variable 'leak_exitcode=7'
run lost_variable leaks=off
{ [ $status -eq 0 ] && [ ! -s err ]; } || fail lost_variable 'leaks=off'

# What is suppressed is no leak; the rest still is.
printf 'leak  *  *!lost_variable  reason="known"\n' >known
run lost_variable suppressions=known
[ $status -eq 0 ] || fail lost_variable 'suppressed'
! grep -q LEAK err || fail lost_variable 'suppressed, and told'
run lost_cycle suppressions=known
[ $status -eq 98 ] || fail lost_cycle 'another one is suppressed'

# A child tells of its own blocks, not of its parent's.
run lost_in_child seed=1
{ [ $status -eq 0 ] && [ "$(grep -c LEAK err)" -eq 1 ]; } || fail lost_in_child "not the child's alone"
grep -qE 'definitely lost: make keeps\.c:[0-9]+ < (lose_in_child|child)' err || fail lost_in_child 'no caller'
