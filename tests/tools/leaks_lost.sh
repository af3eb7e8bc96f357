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
            lost_*)
                [ $status -eq 98 ] || fail "$mode" 'not found'
                grep -qE 'definitely lost: make keeps\.c|definitely lost: .*keeps\.c' err || fail "$mode" 'no caller'
                grep -qE 'LEAK 0xC4/0x62: 2 pool blocks were not freed \(1 317 bytes\)' err || fail "$mode" 'not these blocks'
                ;;
            *)
                [ $status -eq 0 ] && [ ! -s err ] || fail "$mode" 'a false alarm'
                ;;
        esac
    done
done

# The exit code is the user's; off is off.
run lost_variable leak_exitcode=7
[ $status -eq 7 ] || fail lost_variable 'leak_exitcode=7'
run lost_variable leaks=off
[ $status -eq 0 ] && [ ! -s err ] || fail lost_variable 'leaks=off'
