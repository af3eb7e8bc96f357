#!/usr/bin/env bash
# build.sh - the one entrance. `./build.sh help` lists the verbs. Thin over CMake presets, Ninja and CTest.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

verbs="build test bench soak fuzz replay differential lint format ci install setup hooks clean help"

say() { printf 'build.sh: %s\n' "$*" >&2; }
die() { say "$*"; exit 2; }
alone() { [ "$1" -eq 0 ] || die "$verb takes no arguments"; }

usage() {
    cat <<'TEXT'
usage: ./build.sh [verb]

  build                     libexpool.a and libexpool.so in build/release/lib (the default)
  test [word]               all tests, or those whose name contains the word, plain and under sanitizers
  bench pool [--quick]      the pool against other allocators, into build/bench/pool.json
  bench verifier [--quick]  special pool against guard allocators and checkers
  bench apps [--quick]      unmodified programs under expool and others; also: bench instructions
  soak [minutes]            eight threads on every pool for ten minutes, then everything must be back; 30s: seconds
  fuzz [target] [seconds]   fuzz for some seconds in all (60); targets: pool_seq verifier_seq all
  replay [--print] FILE...  run fuzz inputs, text or binary, without an engine
  differential [count [seed]]  so many random operations (10 million) through both back ends and the model
  lint                      format, clang-tidy, cppcheck, shellcheck, the arrows between folders
  format                    let clang-format have its way
  ci                        everything .ci/run runs
  install [prefix]          headers, libraries, CMake and pkg-config files (/usr/local)
  setup                     install what any verb or CI job needs
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
        /usr/include/libiberty/demangle.h libiberty-dev
}

need_tests() {
    need_compiler
    need /usr/include/check.h check jq jq xmllint libxml2-utils
    python3 -c 'import jsonschema' 2>/dev/null || need /no-jsonschema-yet python3-jsonschema
}

need_clang() {
    need clang clang llvm-symbolizer llvm
    local runtime version
    runtime=$(clang -print-file-name=libclang_rt.fuzzer-x86_64.a 2>/dev/null || true)
    version=$(clang -dumpversion | cut -d. -f1)
    [ -e "$runtime" ] || [ -e "$(clang --print-resource-dir)/lib/linux/libclang_rt.fuzzer-$(uname -m).a" ] ||
        need /no-libfuzzer-yet "libclang-rt-$version-dev"
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

# Configures and builds a preset, or one target of it, quietly unless it fails.
make_preset() {
    local preset=$1 log=build/$1.log
    mkdir -p build
    if ! { cmake --preset "$preset" && cmake --build "build/$preset" --target "${2:-all}"; } >"$log" 2>&1; then
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

# The verb with the smallest edit distance to what was typed.
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
        END { print best }'
}

verb=${1:-build}
[ $# -gt 0 ] && shift

case $verb in
    build)
        alone $#
        if [ -n "${LIB_FUZZING_ENGINE:-}" ]; then
            need gcc gcc zip zip /usr/include/libiberty/demangle.h libiberty-dev # gcc brings libbacktrace
            exec ci/oss_fuzz.sh
        fi
        need_compiler
        make_preset release
        ls build/release/lib/libexpool.a build/release/lib/libexpool.so build/release/lib/libexpool-preload.so \
            build/release/bin/expool
        ;;
    test)
        [ $# -le 1 ] || die "test takes one word"
        need_tests
        make_preset dev
        make_preset asan
        exec ci/test.sh "${1:-}"
        ;;
    bench)
        need_compiler
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
        [ $# -le 2 ] || die "fuzz takes a target and seconds"
        target=${1:-all} seconds=${2:-60}
        case $target in [0-9]*) seconds=$target target=${2:-all} ;; esac
        case $seconds in *[!0-9]* | '') die "fuzz: '$seconds' is not a number of seconds" ;; esac
        [ "$seconds" -gt 0 ] || die "fuzz: 0 seconds find nothing"
        case $target in
            all) ;;
            *) [ -e "fuzz/fuzz_${target#fuzz_}.c" ] ||
                die "fuzz: no target '$target'; there are: all $(cd fuzz && echo fuzz_*.c | sed 's/fuzz_//g; s/\.c//g')" ;;
        esac
        need_compiler
        need_clang
        need_tests
        make_preset dev
        make_preset fuzz
        make_preset fuzz-asan
        exec fuzz/campaign.sh build/fuzz/fuzz build/fuzz-asan/fuzz "${target#fuzz_}" "$seconds"
        ;;
    replay)
        [ $# -gt 0 ] || die "replay: which files? ./build.sh replay corpus/seeds"
        need_tests
        make_preset dev
        exec fuzz/replay.sh build/dev/fuzz "$@"
        ;;
    differential)
        [ $# -le 2 ] || die "differential takes a number of operations, and a seed"
        case ${1:-1}${2:-1} in *[!0-9]*) die "differential: '$*': a number of operations and a seed, 100000 1" ;; esac
        [ "${1:-1}" -gt 0 ] || die "differential: 0 operations prove nothing"
        need_tests
        make_preset dev
        exec fuzz/differential.sh build/dev/fuzz "${1:-10000000}" "${2:-1}"
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
        alone $#
        need_tests
        need_clang
        need_lint
        need_peers
        need_apps
        need valgrind valgrind git git zip zip unzip unzip jq jq
        ;;
    hooks) alone $# && git config core.hooksPath ci/hooks && say "pre-commit hook set" ;;
    clean) alone $# && rm -rf build ;;
    help | -h | --help) usage ;;
    *) die "no verb '$verb'; the nearest is '$(nearest "$verb")' (./build.sh help lists all)" ;;
esac
