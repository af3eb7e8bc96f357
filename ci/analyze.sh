#!/usr/bin/env bash
# ci/analyze.sh FOLDER-WITH-COMPILE-COMMANDS: what gcc's static analyzer says of the library's own folders. Verdicts
# that are wrong stand in ci/analyzer.txt; a line there that is not needed any more fails as well.
set -euo pipefail
cd "$(dirname "$0")/.."

# analyze.sh FOLDER FILE: one file, its verdicts as in ci/analyzer.txt.
if [ $# -gt 1 ]; then
    command=$(jq -r --arg file "$PWD/$2" 'first(.[] | select(.file == $file).command) | sub(" -o .*"; "")' "$1/compile_commands.json")
    said=$(cd "$1/tree" && $command -O1 -fanalyzer -Wno-error -o /dev/null -c "$OLDPWD/$2" 2>&1) || { echo "$said"; exit 1; }
    sed -n "s|^$PWD/\([^:]*\):.*warning: .*\[-W\(analyzer-[a-z-]*\)\]\$|\1 \2|p" <<<"$said" | sort -u
    exit
fi

mapfile -t sources < <(git ls-files 'pool/*.c' 'kernel/*.c' 'verifier/*.c' 'preload/*.c')
printf '%s\n' "${sources[@]}" | xargs -n 1 -P 2 "$0" "$1" | sort -u >build/analyzed.txt
grep -v '^#' ci/analyzer.txt | cut -f 1 | sort -u | diff - build/analyzed.txt ||
    { echo "analyze: '>' is new, '<' is in ci/analyzer.txt and did not come"; exit 1; }
echo "${#sources[@]} files"
