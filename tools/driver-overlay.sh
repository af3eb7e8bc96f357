#!/usr/bin/env bash
# driver-overlay.sh SOURCES OVERLAY [INCLUDE...] - makes a folder that lets driver sources compile as they are:
# for each #include in SOURCES that finds nothing by its exact name it writes a file of that name into OVERLAY:
#   - a name in other letters (<Ntifs.h>, "Trace.H"): one that includes the real file, from SOURCES or INCLUDE;
#   - a path with \ in it: the same, under the name as written;
#   - "x.tmh" of WPP: empty stand-ins for the routines that the sources' `FUNC` lines name.
# Give the compiler -I OVERLAY. What is found nowhere is listed and stays an error.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
[ $# -ge 2 ] || { sed -n '2,8s/^# //p' "$0"; exit 2; }
sources=$(cd "$1" && pwd) overlay=$2
shift 2
mkdir -p "$overlay"
include=$here/include
[ -e "$include/wdm.h" ] || include=$here/include/expool # as Debian installs
folders=("$sources" "$include")
for folder in "$@"; do folders+=("$(cd "$folder" && pwd)"); done

all_sources() { find "$sources" -type f \( -iname '*.c' -o -iname '*.h' -o -iname '*.cpp' -o -iname '*.hpp' \) -print0; }

# The routines that WPP would make: FUNC Name(...) or FUNC Name{...}(...).
wpp_names() {
    all_sources | xargs -0 sed -nE 's/^[^A-Za-z]*FUNC[[:space:]]+([A-Za-z_][A-Za-z_0-9]*).*/\1/p' | sort -u
}

tmh() {
    {
        echo '/* Stands in for a file that WPP would make: traces go nowhere. */'
        for name in DoTraceMessage WPP_INIT_TRACING WPP_CLEANUP WPP_SYSTEMCONTROL $(wpp_names); do
            printf '#undef %s\n#define %s(...) ((void)0)\n' "$name" "$name"
        done
    } >"$1"
}

# The file that a wrongly written name means, in any letters; empty when there is none.
find_any_case() {
    local wanted=$1 folder found
    for folder in "${folders[@]}"; do
        found=$(find "$folder" -type f -ipath "*/$wanted" | head -n 1)
        [ -z "$found" ] || { echo "$found"; return; }
    done
}

is_found() {
    local folder
    [ -z "$(find "$sources" -type f -path "*/$1" -print -quit)" ] || return 0
    for folder in "${folders[@]}" /usr/include; do
        [ ! -e "$folder/$1" ] || return 0
    done
    return 1
}

made=0
while read -r name; do
    case $name in *[Tt][Mm][Hh])
        tmh "$overlay/$name"
        made=$((made + 1))
        continue
        ;;
    esac
    is_found "$name" && continue
    plain=${name//\\/\/}
    target=$(find_any_case "${plain##*../}")
    if [ -z "$target" ]; then
        echo "not found: $name" >&2
        continue
    fi
    case $name in *\\*) ;; */*) mkdir -p "$overlay/${name%/*}" ;; esac
    printf '#include "%s"\n' "$target" >"$overlay/$name"
    made=$((made + 1))
done < <(all_sources | xargs -0 sed -nE 's/^[[:space:]]*#[[:space:]]*include[[:space:]]*["<]([^">]+)[">].*/\1/p' | tr -d '\r' | sort -u)
echo "$made files in $overlay"
