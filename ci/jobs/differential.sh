#!/usr/bin/env bash
# Two million random operations through both back ends and the model: every visible result is the same.
# differential.sh SECONDS: again with other seeds until they are over.
# time: 25 s
set -euo pipefail
cd "$(dirname "$0")/../.."
seed=1
./build.sh differential 2000000 "$seed"
while [ "$SECONDS" -lt "${1:-0}" ]; do
    seed=$((seed + 1))
    ./build.sh differential 2000000 "$seed"
done
echo "differential: classic, segment and model agree on every visible result of $((2 * seed)) million operations"
