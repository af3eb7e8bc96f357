#!/usr/bin/env bash
# build.sh - the one entrance. `./build.sh help` lists the verbs. Thin over CMake presets, Ninja and CTest.
#
# OSS-Fuzz runs it as $SRC/build.sh, a copy, a link or sourced, with LIB_FUZZING_ENGINE set: then it obeys that
# environment (docs/OSS_FUZZ.md), and the tree is beside it or, for a copy, the folder it is run in.
if [ -n "${LIB_FUZZING_ENGINE:-}" ] && { [ $# -eq 0 ] || [ "${BASH_SOURCE[0]}" != "$0" ]; }; then
    expool_tree=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")") expool_status=0
    [ -e "$expool_tree/ci/oss_fuzz.sh" ] || expool_tree=$PWD
    bash "$expool_tree/ci/oss_fuzz.sh" || expool_status=$?
    # shellcheck disable=SC2317 # only a sourced script returns
    return "$expool_status" 2>/dev/null || exit "$expool_status"
fi
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

verbs="build test checkers valgrind bench soak fuzz coverage replay differential oracle lint format ci install setup hooks clean help"

say() { printf 'build.sh: %s\n' "$*" >&2; }
die() { say "$*"; exit 2; }
alone() { [ "$1" -eq 0 ] || die "$verb takes no arguments"; }

usage() {
    cat <<'TEXT'
usage: ./build.sh [verb]

  build                     libexpool.a and libexpool.so in build/release/lib (the default)
  test [word]               all tests, or those whose name contains the word, plain and under sanitizers
  checkers [--quick] [word] planted bugs under sanitizers and Valgrind, against the table in docs/CHECKERS.md
  valgrind [word]           tests and corpus under Memcheck, threads under DRD, those whose name contains the word
  bench pool [--quick]      the pool against other allocators, into build/bench/pool.json
  bench verifier [--quick]  special pool against guard allocators and checkers
  bench apps [--quick]      unmodified programs under expool and others; also: bench instructions
  bench fuzz [--quick]      the fuzzing harness against its goals, into build/bench/fuzz.json
  soak [minutes]            eight threads on every pool for ten minutes, then everything must be back; 30s: seconds
  fuzz [target] [seconds]   fuzz for some seconds in all (60); --list names targets, --help the options
  coverage [target]         how much of pool/ and verifier/ the committed corpus runs: table and HTML
  replay [--print] FILE...  run fuzz inputs, text or binary, without an engine
  differential [count [seed]]  so many random operations (10 million) through both back ends and the model
  oracle [--trials K] [--tier A|B|C] [--fault NAME] [--jobs N]  does the harness find the faults of fuzz/seeded/?
  lint                      format, clang-tidy, cppcheck, shellcheck, the arrows between folders
  format                    let clang-format have its way
  ci                        everything .ci/run runs
  install [prefix]          headers, libraries, CMake and pkg-config files (/usr/local)
  setup [all]               install what any verb or CI job needs; all: clang 16 and 19 for ci/jobs/contract.sh
  hooks                     a pre-commit hook that checks what is quick to check
  clean                     remove build/
  help                      this page

What a verb needs and the machine lacks is installed from the distribution (Debian, Ubuntu).
TEXT
}

# need PROGRAM-OR-FILE PACKAGE ...: installs the packages whose program or file is missing.
need() {
    local missing=()
    while [ $# -gt 0 ]; do
        case $1 in
            /*) [ -e "$1" ] || missing+=("$2") ;;
            *) command -v "$1" >/dev/null || missing+=("$2") ;;
        esac
        shift 2
    done
    [ ${#missing[@]} -eq 0 ] && return
    command -v apt-get >/dev/null || die "missing: ${missing[*]} (no apt-get here: install them by hand)"
    local root=()
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || die "missing: ${missing[*]} (needs root or sudo to install them)"
        root=(sudo)
    fi
    say "installing ${missing[*]}"
    mkdir -p build
    if ! { "${root[@]}" apt-get update -qq && "${root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "${missing[@]}"; } >build/install.log 2>&1; then
        tail -n 20 build/install.log >&2
        die "could not install ${missing[*]}"
    fi
}

need_compiler() {
    need gcc gcc g++ g++ cmake cmake ninja ninja-build /usr/include/stdio.h libc6-dev pkg-config pkg-config \
        /usr/include/jansson.h libjansson-dev /usr/include/elfutils/libdw.h libdw-dev \
        /usr/include/libiberty/demangle.h libiberty-dev /usr/include/valgrind/memcheck.h valgrind
}

need_tests() {
    need_compiler
    need /usr/include/check.h check /usr/share/bash-completion/bash_completion bash-completion unzip unzip \
        jq jq xmllint libxml2-utils patch patch make make
    python3 -c 'import jsonschema' 2>/dev/null || need /no-jsonschema-yet python3-jsonschema
    (need mold mold) || true # links four hundred programs in half the time; ld does as well
}

need_clang() {
    need clang clang llvm-symbolizer llvm
    local runtime version
    runtime=$(clang -print-file-name=libclang_rt.fuzzer-x86_64.a 2>/dev/null || true)
    version=$(clang -dumpversion | cut -d. -f1)
    [ -e "$runtime" ] || [ -e "$(clang --print-resource-dir)/lib/linux/libclang_rt.fuzzer-$(uname -m).a" ] ||
        need /no-libfuzzer-yet "libclang-rt-$version-dev"
}

# What ci/jobs/contract.sh builds with and looks with; `all`: clang 16 and 19 beside the default.
need_contract() {
    need afl-fuzz afl++ /usr/lib/afl/libAFLDriver.a afl++ file file zip zip unzip unzip objdump binutils jq jq \
        setpriv util-linux llvm-cov llvm
    [ "${1:-}" != all ] || need clang-16 clang-16 llvm-cov-16 llvm-16 clang-19 clang-19 llvm-cov-19 llvm-19 \
        /usr/lib/llvm-16/lib/clang/16/lib/linux/libclang_rt.fuzzer-x86_64.a libclang-rt-16-dev \
        /usr/lib/llvm-19/lib/clang/19/lib/linux/libclang_rt.fuzzer-x86_64.a libclang-rt-19-dev
}

# What ci/jobs/package.sh makes and looks at packages with.
need_package() {
    need dpkg-buildpackage dpkg-dev dh debhelper lintian lintian mandoc mandoc man man-db faketime faketime
}

# The example project in each form of CI for users.
need_user_ci() {
    need meson meson git git pytest python3-pytest
    python3 -c 'import yaml' 2>/dev/null || need /no-yaml-yet python3-yaml
}

need_lint() { need clang-tidy clang-tidy clang-format clang-format cppcheck cppcheck shellcheck shellcheck; }

# Peers are measured where they can be had; the bench names those that are missing.
need_peers() {
    local lib package
    lib=/usr/lib/$(gcc -print-multiarch)
    for package in libjemalloc.so.2:libjemalloc2 libmimalloc.so.2:libmimalloc2.0 \
        libtcmalloc_minimal.so.4:libtcmalloc-minimal4; do
        (need "$lib/${package%:*}" "${package#*:}") || true
    done
    (need /usr/lib/libefence.so.0 electric-fence) || true
    (need /usr/lib/libduma.so.0 duma) || true
    (need valgrind valgrind clang clang) || true
    compgen -G '/usr/lib/llvm-*/lib/clang/*/lib/linux/libclang_rt.scudo_standalone-*.so' >/dev/null ||
        (need /no-scudo-yet libclang-rt-14-dev) || true
}

# The programs of `bench apps`; those that are missing are named by it.
need_apps() {
    local version
    (need git git sqlite3 sqlite3 /usr/bin/python3 python3 perl perl jq jq gcc gcc xmllint libxml2-utils \
        redis-server redis-server redis-benchmark redis-tools openssl openssl gawk gawk lua5.4 lua5.4) || true
    version=$(/usr/bin/python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])') || return 0
    (need "/usr/lib/python$version/test/test_dict.py" "libpython$version-testsuite") || true
}

# Ninja's count from the log, in place, once a second while this script lives.
show_progress() {
    local log=$1 step
    while sleep 1 && kill -0 $$ 2>/dev/null; do
        step=$(tr '\r' '\n' <"$log" 2>/dev/null | sed -n 's/^\[\([0-9]*\/[0-9]*\)\].*/\1/p' | tail -n 1)
        [ -z "$step" ] || printf '\r  %s ' "$step" >&2
    done
}

# Configures and builds a preset, or one target of it; it says so, for a first build takes minutes.
make_preset() {
    local preset=$1 log=build/$1.log watcher='' status=0
    mkdir -p build
    [ -e "build/$preset/build.ninja" ] || say "building '$preset' for the first time, log in $log"
    [ ! -t 2 ] || { show_progress "$log" & watcher=$!; }
    { cmake --preset "$preset" && cmake --build "build/$preset" --target "${2:-all}"; } >"$log" 2>&1 || status=$?
    if [ -n "$watcher" ]; then
        kill "$watcher" || true
        wait "$watcher" || true
        printf '\r\033[K' >&2
    fi
    if [ "$status" -ne 0 ]; then
        tail -n 40 "$log" >&2
        say "building '$preset' failed; all of it is in $log"
        exit 1
    fi
}

# What is installed is listed in build/install-files.log; the last lines say how to use it.
install_to() {
    local prefix=$1 log=build/install-files.log lib
    if ! cmake --install build/release --prefix "$prefix" >"$log" 2>&1; then
        tail -n 5 "$log" >&2
        die "could not install to $prefix (another prefix, or as root?)"
    fi
    prefix=$(cd "$prefix" && pwd)
    lib=$prefix/$(sed -n 's/^CMAKE_INSTALL_LIBDIR:[A-Z]*=//p' build/release/CMakeCache.txt)
    echo "expool is in $prefix (files: $log)"
    echo "CMake:      cmake -DCMAKE_PREFIX_PATH=$prefix ...  find_package(expool), link expool::static or expool::expool"
    echo "pkg-config: PKG_CONFIG_PATH=$lib/pkgconfig pkg-config --cflags --libs expool"
    echo "by hand:    gcc -I$prefix/include app.c $lib/libexpool.a -lpthread"
    if [ "$prefix" = /usr/local ] && [ "$(id -u)" -eq 0 ]; then
        ldconfig
    else
        echo "libexpool.so is found at run time with -Wl,-rpath,$lib or LD_LIBRARY_PATH=$lib"
    fi
}

# The harness against its own goals, with everything built that it measures.
bench_fuzz() {
    need_tests
    need_clang
    need valgrind valgrind
    make_preset dev
    make_preset fuzz
    make_preset fuzz-asan
    make_preset fuzz bench_programs
    make_preset fuzz-asan bench_programs
    make_coverage
    mkdir -p build/bench
    exec build/dev/fuzz/fuzz_bench "$@"
}

# Replay programs that count what they run.
make_coverage() {
    make_preset coverage replay_programs
}

# "; the nearest is 'fuzz'", when a verb comes close to what was typed.
nearest() {
    tr ' ' '\n' <<<"$verbs" | awk -v typed="$1" '
        function least(a, b) { return a < b ? a : b }
        {
            for (j = 0; j <= length($0); j++) row[j] = j
            for (i = 1; i <= length(typed); i++) {
                diagonal = row[0]; row[0] = i
                for (j = 1; j <= length($0); j++) {
                    cost = diagonal + (substr(typed, i, 1) != substr($0, j, 1))
                    diagonal = row[j]
                    row[j] = least(cost, least(row[j], row[j - 1]) + 1)
                }
            }
            if (best == "" || row[length($0)] < far) { best = $0; far = row[length($0)] }
        }
        END { if (far <= (length(typed) + 2) / 3) printf "; the nearest is \047%s\047", best }'
}

# answer_options WORD...: the verb's lines of the usage for who asks, before anything is built (fuzz has a page of its
# own); an option that it does not know is refused, by bench and replay themselves.
answer_options() {
    local known='' word
    case $verb in
        fuzz) return ;;
        bench | replay) known=any ;;
        checkers) known='--quick' ;;
        oracle) known='--trials --tier --fault --jobs --list --seconds --empty --control' ;;
    esac
    for word; do
        case $word in
            -h | --help) usage | sed -nE "s|^  ($verb( .*)?)\$|./build.sh \1|p" && exit ;;
            -*) [[ $known == any || " $known " == *" ${word%%=*} "* ]] || die "$verb has no option $word (./build.sh $verb --help)" ;;
        esac
    done
}

verb=${1:-build}
[ $# -gt 0 ] && shift
[[ " $verbs " != *" $verb "* ]] || answer_options "$@"

case $verb in
    build)
        alone $#
        need_compiler
        make_preset release
        ls build/release/lib/libexpool.a build/release/lib/libexpool.so build/release/lib/libexpool-preload.so \
            build/release/bin/expool
        ;;
    test)
        [ $# -le 1 ] || die "test takes one word"
        need_tests
        # shellcheck source=ci/test.sh
        . ci/test.sh
        test_presets "${1:-}"
        ;;
    checkers)
        need_tests
        need_clang
        make_preset release expool_archive
        case " $* " in
            *" --quick "*) ;;
            *)
                make_preset tsan expool_joined_object
                make_preset fuzz-msan expool_joined_object
                ;;
        esac
        exec tests/checkers/run.sh "$@"
        ;;
    valgrind)
        [ $# -le 1 ] || die "valgrind takes one word"
        need_tests
        make_preset dev
        exec ci/valgrind.sh "$@"
        ;;
    bench)
        need_compiler
        if [ "${1:-}" = fuzz ]; then
            shift
            bench_fuzz "$@"
        fi
        need_peers
        [ "${1:-}" != apps ] || need_apps
        make_preset release bench_all
        mkdir -p build/bench
        exec build/release/bench/bench "$@"
        ;;
    soak)
        need_compiler
        make_preset release soak
        exec build/release/bench/soak "$@"
        ;;
    fuzz)
        need_tests
        need zip zip
        case " $* " in *" generator "* | *" --help "* | *" -h "* | *" --list "* | *" --folder "*) ;; *) (need_clang) || true ;; esac
        make_preset dev campaign
        exec build/dev/fuzz/campaign "$@"
        ;;
    replay)
        [ $# -gt 0 ] || die "replay: which files? ./build.sh replay corpus/seeds"
        need_tests
        make_preset dev
        exec fuzz/replay.sh build/dev/fuzz "$@"
        ;;
    coverage)
        [ $# -le 1 ] || die "coverage takes a target"
        need_tests
        need_clang
        make_coverage
        exec fuzz/coverage.sh build/coverage "$@"
        ;;
    differential)
        [ $# -le 2 ] || die "differential takes a number of operations, and a seed"
        case ${1:-1}${2:-1} in *[!0-9]*) die "differential: '$*': a number of operations and a seed, 100000 1" ;; esac
        [ "${1:-1}" -gt 0 ] || die "differential: 0 operations prove nothing"
        need_tests
        make_preset dev
        exec fuzz/differential.sh build/dev/fuzz "${1:-10000000}" "${2:-1}"
        ;;
    oracle)
        need_tests
        need_clang
        make_preset dev
        make_preset dev oracle_programs
        make_preset fuzz oracle_programs
        exec fuzz/oracle.sh "$@"
        ;;
    lint)
        alone $#
        need_tests
        need_clang
        need_lint
        exec ci/lint.sh
        ;;
    format)
        alone $#
        need clang-format clang-format
        git ls-files '*.c' '*.h' | xargs clang-format -i
        ;;
    ci) alone $# && exec ci/run.sh ;;
    install)
        [ $# -le 1 ] || die "install takes a prefix"
        need_compiler
        make_preset release
        install_to "${1:-/usr/local}"
        ;;
    setup)
        case $*:$# in :0 | all:1) ;; *) die "setup takes no arguments, or all (clang 16 and 19 for ci/jobs/contract.sh)" ;; esac
        need_tests
        need_clang
        need_lint
        need_peers
        need_apps
        need_contract "${1:-}"
        need_package
        need_user_ci
        need valgrind valgrind git git
        need qemu-system-x86_64 qemu-system-x86 busybox busybox-static cpio cpio # ci/jobs/old-kernel.sh
        ;;
    hooks) alone $# && git config core.hooksPath ci/hooks && say "pre-commit hook set" ;;
    clean) alone $# && rm -rf build ;;
    help | -h | --help) usage ;;
    *) die "no verb '$verb'$(nearest "$verb") (./build.sh help lists all)" ;;
esac
