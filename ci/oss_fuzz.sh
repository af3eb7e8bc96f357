#!/usr/bin/env bash
# ci/oss_fuzz.sh - the OSS-Fuzz contract, taken literally: compilers, flags and folders come from the
# environment, nothing is added to them but -I, -D, -std, -W and the visibility; scratch goes to $WORK, and each
# target with its seeds, words and options to $OUT. Nothing else is written, nothing is fetched
# (docs/OSS_FUZZ.md, decision 0023).
set -euo pipefail
tree=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
by_choice=" fuzz_threads " # ThreadSanitizer's, and OSS-Fuzz has none: not in the default set

say() { printf 'build.sh: %s\n' "$*"; }
refuse() {
    printf 'build.sh: %s\n' "$*" >&2
    exit 2
}

# What the environment must say, and what no flag can mend.
check_environment() {
    local name
    for name in CC CXX OUT LIB_FUZZING_ENGINE; do
        [ -n "${!name:-}" ] || refuse "$name is not set: OSS-Fuzz sets CC CXX OUT WORK LIB_FUZZING_ENGINE"
    done
    case ${ARCHITECTURE:-x86_64} in
        x86_64) ;;
        *) refuse "ARCHITECTURE=$ARCHITECTURE: expool is for x86_64 only; 'architectures: [x86_64]' in project.yaml" ;;
    esac
    case " ${CFLAGS:-} " in *" -m32 "*) refuse "-m32 in CFLAGS: expool is a 64-bit library (x86_64)" ;; esac
}

# The Dockerfile installs them (.clusterfuzzlite/Dockerfile); nothing is fetched here.
check_tools() {
    local missing=() tool
    for tool in gcc objcopy ar zip; do
        command -v "$tool" >/dev/null || missing+=("$tool")
    done
    [ ${#missing[@]} -gt 0 ] || [ -e "$(gcc -print-file-name=libbacktrace.a)" ] || missing+=(libbacktrace.a)
    [ ${#missing[@]} -gt 0 ] || [ -e "$(gcc -print-file-name=libiberty.a)" ] || missing+=(libiberty.a)
    [ ${#missing[@]} -gt 0 ] || [ -e /usr/include/valgrind/memcheck.h ] || missing+=(valgrind/memcheck.h)
    [ ${#missing[@]} -eq 0 ] ||
        refuse "missing: ${missing[*]}; the Dockerfile should: apt-get install -y gcc binutils libiberty-dev valgrind zip"
}

# Scratch of our own within $WORK; without one, a folder that goes away.
make_work() {
    if [ -n "${WORK:-}" ]; then
        work=$WORK/expool
    else
        work=$(mktemp -d)
        trap 'rm -rf "$work"' EXIT
    fi
    rm -rf "$work"
    mkdir -p "$work/objects" "$work/libbacktrace" "$work/seeds" "$work/texts" "$OUT"
}

is_memory_sanitizer() {
    # shellcheck disable=SC2086 # flags are words
    printf '#ifdef __has_feature\n#if __has_feature(memory_sanitizer)\nyes\n#endif\n#endif\n' |
        $CC ${CFLAGS:-} -E -P -x c - 2>/dev/null | grep -qx yes
}

# libbacktrace and libiberty's demangler, as CMakeLists.txt prepares them.
make_archive() {
    archive=$work/libbacktrace/libbacktrace.a
    cp "$(gcc -print-file-name=include)/backtrace.h" "$work/libbacktrace/"
    objcopy --redefine-sym dl_iterate_phdr=symbol_module_for_backtrace \
        "$(gcc -print-file-name=libbacktrace.a)" "$archive"
    "$tree/cmake/demangler.sh" objcopy ar "$archive"
    # MemorySanitizer must see all code there is: reports do without names (pool/sanitizer.h).
    if is_memory_sanitizer; then archive=; fi
}

# What $CC compiles, one object a file; several at a time.
# shellcheck disable=SC2016,SC2086 # flags are words; the inner shell expands
compile() {
    printf '%s\0' "$@" | xargs -0 -P "$(nproc)" -n 1 bash -c '
        source=${*: -1}
        set -- "${@:1:$#-1}"
        object=${source#"$tree"/}
        exec "$@" -c "$source" -o "$work/objects/$(tr / _ <<<"${object%.c}").o"' \
        compile $CC ${CFLAGS:-} "${common[@]}"
}

# The seeds are texts: most targets take the bytes that a plain program, without the flags given, makes of them.
make_seeds() {
    local text name
    gcc "${common[@]}" -ffunction-sections -Wl,--gc-sections "$tree"/fuzz/program*.c "$tree/fuzz/seeds_main.c" \
        -o "$work/seeds_main"
    find "$tree/corpus/seeds" "$tree/corpus/regressions" -name '*.txt' -print0 |
        xargs -0 "$work/seeds_main" "$work/seeds" "$tree/corpus/"
    while IFS= read -r -d '' text; do
        name=${text#"$tree"/corpus/}
        cp "$text" "$work/texts/$(tr / - <<<"$name")"
    done < <(find "$tree/corpus/seeds" "$tree/corpus/regressions" -name '*.txt' -print0)
}

# pack TARGET FOLDER: the same archive from the same files, whoever built it and when.
pack() {
    local zip=$OUT/$1_seed_corpus.zip
    rm -f "$zip"
    find "$2" -type f -exec chmod 644 {} + -exec touch -d 2000-01-01T00:00:00Z {} +
    (cd "$2" && find . -type f | LC_ALL=C sort | TZ=UTC zip -qX "$zip" -@)
    chmod 644 "$zip"
}

# One of the lists that cmake/fuzz.cmake keeps.
list_of() { sed -n "s/^set($1 \"\(.*\)\")\$/\1/p" "$tree/cmake/fuzz.cmake"; }

# What every target links: the library, and of fuzz/ what is no program of its own.
find_sources() {
    local source name
    for source in "$tree"/{pool,kernel,verifier,fuzz}/*.c; do
        name=$(basename "$source" .c)
        case $source in
            */fuzz/fuzz_*) [[ $by_choice == *" $name "* ]] || alone+=("$source") ;;
            */fuzz/*) [[ $name =~ ^($not_shared)$ ]] || shared+=("$source") ;;
            *) shared+=("$source") ;;
        esac
    done
    shared+=("$tree/fuzz/target.c")
    [ -z "$mutator" ] || alone+=("$tree/fuzz/mutator_libfuzzer.c")
}

check_environment
check_tools
make_work
export tree work
make_archive
common=(-std=c11 -D_GNU_SOURCE -Wno-multichar -fvisibility=hidden -I"$tree" -I"$tree/include" -I"$work/libbacktrace")
not_shared=$(list_of not_shared) byte_targets=" $(list_of byte_targets) "
[ -n "$not_shared" ] || refuse "cmake/fuzz.cmake does not say which files of fuzz/ are shared"
# Our mutator is libFuzzer's to call; AFL++ takes it as a library of its own (docs/FUZZING.md).
mutator='' shared=() alone=()
case ${FUZZING_ENGINE:-}:$LIB_FUZZING_ENGINE in
    libfuzzer:* | :-fsanitize=fuzzer) mutator=$work/objects/fuzz_mutator_libfuzzer.o ;;
esac
find_sources
say "${SANITIZER:-sanitizer as the flags say}, ${FUZZING_ENGINE:-engine as given}: ${#shared[@]} files and ${#alone[@]}, with $CC"
compile "${shared[@]}"
objects=("$work"/objects/*.o)
compile "${alone[@]}"
make_seeds
for source in "${alone[@]}"; do
    target=$(basename "$source" .c)
    case $target in fuzz_*) ;; *) continue ;; esac
    own=$mutator seeds=$work/seeds
    if [[ $byte_targets == *" ${target#fuzz_} "* ]]; then
        own='' seeds=$work/texts
    fi
    # shellcheck disable=SC2086 # flags are words
    $CXX ${CXXFLAGS:-} "$work/objects/fuzz_$target.o" $own "${objects[@]}" $archive $LIB_FUZZING_ENGINE \
        -lpthread -o "$OUT/$target"
    pack "$target" "$seeds"
    for beside in dict options; do
        rm -f "$OUT/$target.$beside"
        [ ! -e "$tree/corpus/$beside/$target.$beside" ] ||
            install -m 644 "$tree/corpus/$beside/$target.$beside" "$OUT/"
    done
    say "$target: $(find "$seeds" -type f | wc -l) seeds"
done
