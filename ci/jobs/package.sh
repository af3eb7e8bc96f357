#!/usr/bin/env bash
# The Debian packages: built twice, in two folders, umasks, zones, locales and years, to the same bytes, and so is what
# `cmake --install` installs; lintian and mandoc have nothing to say; installed they catch the README's bug; purged they
# leave nothing.
# time: 420 s
set -euo pipefail
cd "$(dirname "$0")/../.."
./build.sh setup
root=$PWD work=$(mktemp -d) as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo)
trap 'rm -rf "$work"' EXIT
fail() { echo "FAILED: $*"; exit 1; }
if dpkg-query -W libexpool1 expool >/dev/null 2>&1; then fail "expool is installed here: purge it first"; fi

# copy FOLDER: the sources as they are in git.
copy() {
    mkdir -p "$1"
    git ls-files -z | tar --null -T - -cf - | tar -xf - -C "$1"
}

# elsewhere COMMAND...: as on another machine, in another year.
elsewhere() {
    (umask 077 && cd "$work/other/place" && TZ=Asia/Kathmandu LC_ALL=C.UTF-8 LANG=tr_TR HOME=/nonexistent \
        faketime -f +400d "$@")
}

# packages NAME full|binary
packages() {
    dpkg-buildpackage -us -uc "--build=$2" >"$work/$1.log" 2>&1 || { tail -n 40 "$work/$1.log"; fail "dpkg-buildpackage"; }
}

ci/check-versions.sh
copy "$work/one/expool"
copy "$work/other/place"
(cd "$work/one/expool" && umask 022 && TZ=UTC LC_ALL=C packages one full)
export -f packages fail
export work
elsewhere bash -c 'packages other binary'
built=0
for package in "$work"/one/*.deb; do
    cmp "$package" "$work/other/${package##*/}" || fail "${package##*/} is another one when built elsewhere"
    built=$((built + 1))
done
[ "$built" -eq 5 ] || fail "$built packages, not five"

# Without packages: the build of this tree, and one from elsewhere.
./build.sh build >/dev/null
ci/check-versions.sh build/release/bin/expool
# Folders are made as the umask of who installs says.
installed() { (cd "$1" && find . ! -type d -printf '%P %y %m %l\n' | sort && find . -type f -print0 | sort -z | xargs -0 sha256sum); }
DESTDIR=$work/here cmake --install build/release >/dev/null
elsewhere ./build.sh build >/dev/null
(umask 077 && DESTDIR=$work/there cmake --install "$work/other/place/build/release" >/dev/null)
installed "$work/here" >"$work/here.list"
installed "$work/there" >"$work/there.list"
diff "$work/here.list" "$work/there.list" || fail "another installation when built elsewhere"
if grep -rlF "$root" "$work/here"; then fail "the build's folder is in what is installed"; fi
files=$(find "$work/here" -type f | wc -l)

lintian --pedantic --fail-on error,warning "$work"/one/*.changes
pages=0
for page in "$work"/here/usr/local/share/man/man?/*; do
    mandoc -Tlint -Wwarning "$page"
    pages=$((pages + 1))
done
[ "$pages" -eq 13 ] || fail "$pages manual pages, not thirteen"
wanted="./usr/lib/$(gcc -print-multiarch)/libexpool.so.1"
only=$(dpkg-deb -c "$work"/one/libexpool1_*.deb | awk '$6 !~ /\/$|share\/doc/ { print $6 }')
[ "$only" = "$wanted" ] || fail "libexpool1 has $only"

# For real, and gone again; what man keeps of pages it showed is man's.
traces() { find /etc /opt /usr /var -name '*expool*' ! -path "$root/*" ! -path '/usr/local/*' ! -path '/var/cache/man/*' 2>/dev/null | sort; }
traces >"$work/before"
remove() { "${as_root[@]}" dpkg --purge expool libexpool-dev libexpool1 >/dev/null 2>&1; }
trap 'remove || true; rm -rf "$work"' EXIT
# Small images of Debian leave pages and documentation out.
"${as_root[@]}" apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=300 -o 'Dpkg::Options::=--path-include=/usr/share/man/*' \
    -o 'Dpkg::Options::=--path-include=/usr/share/doc/*' "$work"/one/{expool,libexpool1,libexpool-dev}_*.deb \
    >"$work/apt.log" 2>&1 || { tail -n 20 "$work/apt.log"; fail "apt-get install"; }
seen=$(debian/tests/readme) || fail "$seen"
remove || fail "dpkg --purge"
traces >"$work/after"
diff "$work/before" "$work/after" || fail "something is left"
echo "$built packages and $files installed files, twice the same; lintian and mandoc clean; ${seen##*$'\n'}; purged without a trace"
