#!/usr/bin/env bash
# The builds that no other job makes: each source compiles without a warning as they have it.
# time: 80 s
set -euo pipefail
cd "$(dirname "$0")/../.."
./build.sh setup
presets=(fuzz-msan fuzz-tsan fuzz-ubsan)
for preset in "${presets[@]}"; do
    cmake --preset "$preset" >"build/presets-$preset.log" 2>&1 || { cat "build/presets-$preset.log"; exit 1; }
    # What a build writes itself is not there.
    jq -r '.[] | select(.file | startswith("'"$PWD"'/build/") | not) | .command | sub(" -o .* -c "; " -fsyntax-only ")' \
        "build/$preset/compile_commands.json" | sort -u
done >build/presets.txt
count=$(wc -l <build/presets.txt)
[ "$count" -gt 0 ] || { echo 'no source was compiled'; exit 1; }
cd "build/${presets[0]}"
tr '\n' '\0' <../presets.txt | xargs -0 -n 1 -P 2 bash -c || { echo 'a source does not compile'; exit 1; }
echo "$count sources of ${presets[*]} compile without a warning"
