#!/usr/bin/env bash
# CI for users (docs/CI.md): the example project outside the tree, in each form that a project copies: GitHub's workflow
# and step, GitLab's job, the shell; by CMake, make and Meson; red with its bug, green without. SARIF and JUnit by schema.
# time: 150 s
set -euo pipefail
cd "$(dirname "$0")/../.."
./build.sh setup
root=$PWD work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset EXPOOL_OPTIONS GITHUB_OUTPUT GITHUB_STEP_SUMMARY GITHUB_ACTIONS
export TMPDIR=$work EXPOOL_REPOSITORY=file://$root EXPOOL_REF=HEAD EXPOOL=$work/prefix SECONDS_EACH=2
forms=$root/tests/user_ci ran=0
fail() { echo "user-ci: $*"; tail -n 60 "$work/log"; exit 1; }

# ends WANTED COMMAND...: in the project; what it prints goes to the log.
ends() {
    local wanted=$1 status=0
    shift
    { "$@" >"$work/log" 2>&1 || status=$?; } 2>/dev/null # the shell's own word of an abort
    [ "$status" -eq "$wanted" ] || fail "$* ended with $status, $wanted was expected"
}

# project COLOUR: a new copy, with its bug when red.
project() {
    rm -rf "$work/project"
    cp -r "$root/examples/ci_project" "$work/project"
    cd "$work/project"
    git init -q .
    sed -i 's/seconds: 60/seconds: 2/' .github/workflows/*.yml
    [ "$1" = green ] || patch -s -p1 <bug.patch
}

# form NAME PLACES COMMAND...: green, then red, when it finds the bug in so many places and uploads what tells them.
form() {
    local name=$1 places=$2 found
    shift 2
    project green
    ends 0 "$@"
    python3 "$forms/check_results.py" expool-ci >"$work/places" 2>&1 || fail "$name: $(cat "$work/places")"
    [ ! -s "$work/places" ] || fail "$name: green, and finds $(cat "$work/places")"
    project red
    ends 1 "$@"
    python3 "$forms/check_results.py" expool-ci >"$work/places" 2>&1 || fail "$name: $(cat "$work/places")"
    found=$(grep -c '^0x\(C1/0x24\|D6\) names.c:' "$work/places" || true)
    [ "$found" -eq "$places" ] || fail "$name: $places places, found $(cat "$work/places")"
    ran=$((ran + 1))
    echo "$name: green; red in $found places"
}

"$root/build.sh" install "$work/prefix" >/dev/null
form "GitHub, workflow (CMake, ctest)" 2 python3 "$forms/github.py" .github/workflows/expool.yml
form "GitHub, step (make, make check)" 2 python3 "$forms/github.py" .github/workflows/step.yml
form "GitLab (Meson, meson test)" 1 python3 "$forms/gitlab.py" .gitlab-ci.yml
form "shell (CMake, ctest, pytest)" 3 ./ci.sh
# The guard's own verdict, also where options have started the verifier before the kit.
printf 'expool-kit v1\ndriver: names\nverify: exact\nrules: standard\nfail: none\nadd text="abc"\n' >exact.txt
ends 134 env EXPOOL_OPTIONS=verifier=standard build/replay_names --here exact.txt
grep -q '^DEDUP_TOKEN: d6:Name:NamesAdd:' "$work/log" || fail "the guard of an exact block says something else"
for snippet in .github/workflows/expool.yml .github/workflows/step.yml .gitlab-ci.yml ci.sh; do
    python3 - "$root/docs/CI.md" "$root/examples/ci_project/$snippet" <<'TEXT' || fail "docs/CI.md shows another $snippet"
import sys
page, file = (open(name, encoding="utf-8").read() for name in sys.argv[1:])
sys.exit(file not in page)
TEXT
done

# What cannot be checked is not green, and says so in one line.
tool=$work/prefix/bin/expool-ci
project green
refuses() { # STATUS WORDS OPTION...
    local wanted=$1 words=$2
    shift 2
    ends "$wanted" "$tool" "$@"
    grep -q "^expool-ci: .*$words" "$work/log" || fail "expool-ci $*: nothing says '$words'"
    ran=$((ran + 1))
}
refuses 2 "no option '--tests'" --tests ctest
refuses 2 "wants a value" --test
refuses 2 "a number of seconds" --fuzz soon
refuses 2 "nothing would be checked" --fuzz 0
refuses 2 "not made by expool-ci" --out .git --test true
refuses 2 "build failed" --build 'false' --test true
refuses 2 "nothing checked: no tests and no fuzz" --fuzz 2
refuses 2 "no such program" --fuzz 2 --targets nowhere
gcc -static -x c -o static_test - <<<'int main(void) { return 0; }'
refuses 2 "trouble: ./static_test" --fuzz 0 --test ./static_test
printf 'add_test(static %s)\n' "$PWD/static_test" >CTestTestfile.cmake
refuses 2 "nothing checked: ctest" --fuzz 0 --test ctest
cp /bin/true fuzz_true
refuses 2 "ran no input" --fuzz 2
refuses 2 "no option '--fuz'" --fuz=5
refuses 2 "--out a/b" --out=a/b --test true
refuses 2 "nothing checked: sh -c" --fuzz=0 --test "sh -c 'exit 0'"

# A line of more than a program and its words: every command of it runs, under expool, and is waited for.
gcc -g -x c -o one - <<'TEXT'
#include <stdlib.h>
#include <unistd.h>
int main(int argc, char **argv)
{
    volatile char *block = malloc(100);
    int option = getopt(argc, argv, "bcfs");
    sleep(option == 's' ? 100 : 0);
    block[option == 'b' ? 100 : 0] = 1;
    if (option == 'c')
        *(volatile char *)8 = 1;
    free((void *)block);
    return option == 'f';
}
TEXT
line() { # STATUS LINE: as a test line
    ends "$1" "$tool" --fuzz 0 --timeout 30 --test "$2"
    ! grep -a 'expool-ci: line [0-9]*: ' "$work/log" || fail "expool-ci --test '$2': the shell's own words"
    ran=$((ran + 1))
}
mkdir -p below && printf 'add_test(one %s)\n' "$PWD/one" >below/CTestTestfile.cmake
for good in ./one "./one 'a ; b'" './one; ./one' './one && ./one | cat' 'A=1 ./one' 'cd below && ctest' './one &' \
    './one -s & ./one; kill $!' '! ./one -f' './one # ; ./one -b' './one |& cat' './one 2>&1'; do line 0 "$good"; done
for bad in './one -b' './one; ./one -b' './one && ./one -b' './one -b | cat' './one -b &' './one -f &' './one -f; ./one' \
    './one -f | ./one' 'A=1 ./one -b' './one "a" ; ./one -b' './one "it'"'"'s"; ./one -b "it'"'"'s"' './one -c' \
    './one -c; ./one' './one || ./one -b; ./one -c'; do line 1 "$bad"; done
line 2 './static_test; ./static_test'
line 2 'cd below'
refuses 2 "which of those behind &" --test './one & ./one & wait'

# A step that hangs is a failure, and nothing of it stays; whoever is stopped tells what came before.
refuses 1 "found: ./one -s | cat (not done within 1 s)" --fuzz 0 --timeout=1 --test './one -s | cat' --test ./one
grep -q '| ok | ./one |' expool-ci/summary.md || fail "a step that hangs ends the rest"
"$tool" --fuzz 0 --test './one -b' --test './one -s' >"$work/log" 2>&1 &
stopped=$!
until [ -e expool-ci/test-2.log ]; do sleep 0.1; done
sleep 0.5
kill -TERM "$stopped"
! wait "$stopped" || fail "stopped, and green"
grep -q '^| stopped | ./one -s' expool-ci/summary.md || fail "its summary does not say that it was stopped"
grep -q 0xC1 expool-ci/expool.sarif || fail "stopped, it forgets what it had found"
! pgrep -f "^./one -s" || fail "a program goes on"

# Records tell, whatever the exit says.
cp expool-ci/test-1.rec red.rec
refuses 1 "its records tell" --fuzz 0 --test './one; cp red.rec expool-ci/earlier.rec'
echo "CI for users: 4 forms red and green in one example by CMake, make and Meson, $ran checks; SARIF and JUnit by their schemas"
