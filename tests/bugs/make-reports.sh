#!/usr/bin/env bash
# make-reports.sh PROGRAMS - makes the samples of docs/REPORTS.md anew, from the planted bugs built
# in the folder PROGRAMS (build/dev/tests/bugs). In front of each sample stands its recipe:
#
#   <!-- sample: NAME OPTIONS -->   NAME run with EXPOOL_OPTIONS=OPTIONS, "-" for none; up to "Look at"
#   <!-- whole: NAME OPTIONS -->    the same to the end
#
# What differs from run to run is made the same: process, thread, time, seed, seals. An address
# keeps its place in its page and its distance from addresses nearby.
set -euo pipefail
[ $# -eq 1 ] || { echo "usage: make-reports.sh PROGRAMS"; exit 2; }
programs=$(cd "$1" && pwd)
cd "$(dirname "${BASH_SOURCE[0]}")"
manual=../../docs/REPORTS.md
made=$(mktemp)
trap 'rm -f "$made"' EXIT

steady() {
    perl -0777 -pe '
        BEGIN { $address = qr/(?<![0-9a-f])(?:7[0-9a-f]|5[56])[0-9a-f]{10}(?![0-9a-f])/ }
        s/(?<=7ff)([0-9a-f]{6})[0-9a-f]{3}(?![0-9a-f])/$1c40/g;    # on the stack: any place
        my ($near, $base, $last) = (64, 0x7f3c00000, undef);
        my %page = map { (hex($_) >> 12) => 1 } /$address/g;
        for my $page (sort { $a <=> $b } keys %page) {
            my $is_far = !defined $last || $page - $last > $near;
            $base += $is_far ? 0x1000 : $page - $last;
            ($page{$page}, $last) = ($base, $page);
        }
        s/$address/sprintf("%x", $page{hex($&) >> 12} << 12 | hex($&) & 0xfff)/ge;
        my $steady = 0x9ec0dea1;
        for my $seal (/seal ([0-9a-f]{8})/g) {
            my ($was, $is) = map { join " ", unpack "(H2)*", pack "V", $_ } hex $seal, $steady;
            s/seal $seal/sprintf "seal %08x", $steady/e;
            s/$was(   .*)....$/$is$1..../m;
            $steady++;
        }
        s/==\d+==/==4242==/g;
        s/by thread \d+, [\d.]+ s/by thread 4242, 0.001 s/g;
        s/by thread \d+/by thread 4242/g;
        s/:seed=1//g;
        s/seed 1\b/seed 4711/g;
        s/ +\n/\n/g;'
}

report() {
    local form=$1 name=$2 options=$3
    # Under ccache debug information names sources from the build folder.
    EXPOOL_OPTIONS=strip_prefix=../../tests/bugs
    [ "$options" = - ] || EXPOOL_OPTIONS+=:$options:seed=1
    export EXPOOL_OPTIONS
    { (ulimit -c 0; exec -a "./$name" "$programs/$name" 2>&1 >/dev/null) || true; } 2>/dev/null |
        steady | if [ "$form" = whole: ]; then cat; else sed '/^Look at/,$d'; fi
}

place=text
while IFS= read -r line; do
    case $place/$line in
        recipe/'~~~text') place=old ;;
        recipe/*) place=text ;;
        old/'~~~') place=text && continue ;;
    esac
    [ "$place" = old ] && continue
    printf '%s\n' "$line"
    case $line in
        '<!-- sample: '* | '<!-- whole: '*)
            read -r _ form name options _ <<<"$line"
            sample=$(report "$form" "$name" "$options")
            [ -n "$sample" ] || { echo "$name $options says nothing"; exit 1; }
            printf '~~~text\n%s\n~~~\n' "$sample"
            place=recipe
            ;;
    esac
done <"$manual" >"$made"
cat "$made" >"$manual"
