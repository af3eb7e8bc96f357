#!/usr/bin/env bash
# shellcheck disable=SC2086,SC2016 # flags are words, and some are for another shell
# contract.sh CLANG SANITIZER [ENGINE] - emulates OSS-Fuzz's builder for one build: a folder of sources that the
# build may not write to, the environment word by word, bash -eux $SRC/build.sh by an unprivileged user, nothing
# to fetch with; then contract_check.sh. CLANG is clang-14 and the like, SANITIZER address undefined memory
# coverage, ENGINE libfuzzer (the default) or afl. HOW=link|copy|source: how $SRC/build.sh is there.
# All lies in build/contract/CLANG-SANITIZER-ENGINE/ afterwards, or where others cannot get there, in /tmp. Exit 1: a fault, 2: nothing was checked.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
clang=$1 sanitizer=$2 engine=${3:-libfuzzer} how=${HOW:-link}
suffix=${clang#clang}
base=$PWD/build/contract/$clang-$sanitizer-$engine
log_lines_most=400
die() { printf 'contract: %s\n' "$*" >&2; exit 2; }
fault() { printf 'BAD: %s\n' "$*"; exit 1; }

undefined=array-bounds,bool,builtin,enum,integer-divide-by-zero,null,object-size,return,returns-nonnull-attribute,shift,signed-integer-overflow,unreachable,vla-bound,vptr
coverage=-fsanitize=fuzzer-no-link
case $sanitizer in
    address) flags='-fsanitize=address -fsanitize-address-use-after-scope' ;;
    undefined) flags="-fsanitize=$undefined,unsigned-integer-overflow -fno-sanitize-recover=$undefined" ;;
    memory) flags='-fsanitize=memory -fsanitize-memory-track-origins' ;;
    coverage) flags='' coverage='-fprofile-instr-generate -fcoverage-mapping -pthread -Wl,--no-as-needed -Wl,-ldl -Wl,-lm -Wno-unused-command-line-argument' ;;
    *) die "no sanitizer '$sanitizer'; there are address undefined memory coverage" ;;
esac
case $engine in
    libfuzzer) CC=$clang CXX=clang++$suffix LIB_FUZZING_ENGINE=-fsanitize=fuzzer ;;
    afl)
        CC=afl-clang-fast CXX=afl-clang-fast++ coverage=''
        LIB_FUZZING_ENGINE=/usr/lib/afl/libAFLDriver.a
        [ -e $LIB_FUZZING_ENGINE ] || die "$LIB_FUZZING_ENGINE is not there: package afl++ (./build.sh setup)"
        ;;
    *) die "no engine '$engine' here; there are libfuzzer afl (honggfuzz and Centipede are not packaged)" ;;
esac
command -v "$CC" >/dev/null || die "$CC is not installed (./build.sh setup)"

# As root: somebody else builds, in a place that he can reach.
user=()
if [ "$(id -u)" -eq 0 ]; then
    user=(setpriv --reuid=65534 --regid=65534 --clear-groups)
    mkdir -p build/contract
    chmod a+x build build/contract
    "${user[@]}" test -x build/contract || base=${TMPDIR:-/tmp}/expool-contract/${base##*/}
fi

# $SRC, $OUT, $WORK: the tree as git has it, changes of now included; git's own folder is not there.
rm -rf "$base"
mkdir -p "$base"/{src/expool,out,work,tmp,bin,home}
git ls-files -z -co --exclude-standard | xargs -0 -I{} sh -c 'test -e "$1" && printf "%s\0" "$1"' _ {} |
    tar -c --null -T - | tar -x -C "$base/src/expool"
case $how in
    copy) cp build.sh "$base/src/build.sh" ;;
    *) ln -s expool/build.sh "$base/src/build.sh" ;;
esac
# Whoever fetches something here is caught.
for program in apt-get apt wget curl git pip pip3 sudo; do
    printf '#!/bin/sh\necho "%s $*" >>"%s/fetched"\nexit 1\n' "$program" "$base" >"$base/bin/$program"
done
chmod +x "$base"/bin/*
: >"$base/fetched"
if [ ${#user[@]} -gt 0 ]; then
    chown -R 65534:65534 "$base"/{out,work,tmp,home,fetched}
fi
chmod -R a-w "$base/src"
list() { (cd "$base" && find src -printf '%p %y %m %s %T@\n' | LC_ALL=C sort); }
list >"$base/sources.before"

common="-O1 -fno-omit-frame-pointer -gline-tables-only -Wno-error=incompatible-function-pointer-types -Wno-error=int-conversion -Wno-error=deprecated-declarations -Wno-error=implicit-function-declaration -Wno-error=implicit-int -Wno-error=vla-cxx-extension -Wno-unknown-warning-option -DFUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION"
CFLAGS="$common${flags:+ $flags}${coverage:+ $coverage}"
CXXFLAGS=$CFLAGS
[ ! -e "/usr/lib/llvm$suffix/include/c++/v1/string" ] || CXXFLAGS+=' -stdlib=libc++'

# build HOW: as the builder calls it, or as its replay does.
build() {
    local command=(bash -eux "$base/src/build.sh")
    [ "$1" != source ] || command=(bash -eux -c '. "$SRC/build.sh"; echo "came back"')
    (cd "$base/src/expool" && env -i PATH="$base/bin:$PATH" HOME="$base/home" TMPDIR="$base/tmp" CC="$CC" CXX="$CXX" \
        CCC="$CXX" CFLAGS="$CFLAGS" CXXFLAGS="$CXXFLAGS" LIB_FUZZING_ENGINE="$LIB_FUZZING_ENGINE" AFL_QUIET=1 \
        FUZZING_ENGINE="$engine" SANITIZER="$sanitizer" ARCHITECTURE=x86_64 FUZZING_LANGUAGE=c SRC="$base/src" \
        OUT="$base/out" WORK="$base/work" ${BUILD_ENV:-} "${user[@]}" "${command[@]}" </dev/null) >"$base/build.log" 2>&1 ||
        { tail -n 20 "$base/build.log"; fault "$CC, $sanitizer, $engine: build.sh failed ($base/build.log)"; }
    [ "$1" != source ] || grep -q '^came back' "$base/build.log" || fault "sourced, build.sh ends its caller"
}

began=$SECONDS
build "$how"
[ "$(wc -l <"$base/build.log")" -lt $log_lines_most ] ||
    fault "the build's log has $(wc -l <"$base/build.log") lines under bash -x"
list | cmp -s "$base/sources.before" - || fault "the build changed its sources: $(list | diff "$base/sources.before" - | sed -n 2p)"
[ ! -s "$base/fetched" ] || fault "the build fetches: $(head -n 1 "$base/fetched")"
odd=$(cd "$base" && find tmp home -mindepth 1 -print -quit)
[ -z "$odd" ] || fault "the build leaves $odd, outside of OUT and WORK"
if [ -n "${TWICE:-}" ]; then
    (cd "$base/out" && sha256sum -- *.zip) >"$base/zips.first"
    build source
    (cd "$base/out" && sha256sum -- *.zip) | cmp -s "$base/zips.first" - || fault "a second build makes other seed archives"
fi
printf '%s, SANITIZER=%s, FUZZING_ENGINE=%s: built in %s s%s\n' "$clang" "$sanitizer" "$engine" "$((SECONDS - began))" \
    "${TWICE:+ (twice, then sourced)}"
ci/contract_check.sh "$sanitizer" "$engine" "$base/out" "$clang"
