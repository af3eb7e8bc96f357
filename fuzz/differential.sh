#!/usr/bin/env bash
# differential.sh BUILD-FOLDER OPERATIONS [SEED] - the same random programs through the classic and the
# segment back end and the model: nine tenths in the plain pool, one tenth under the verifier.
set -uo pipefail
folder=$1 operations=$2 seed=${3:-1}
saved=build/differential
mkdir -p "$saved"
tenth=$(((operations + 9) / 10))
printf 'differential: %s operations, seed %s\n' "$operations" "$seed"
status=0
"$folder/differential_pool_seq" $((operations - tenth > 0 ? operations - tenth : 1)) "$seed" "$saved" || status=1
"$folder/differential_verifier_seq" "$tenth" "$seed" "$saved" || status=1
if [ "$status" -eq 0 ]; then
    printf 'differential: classic, segment and model agree on every visible result\n'
else
    printf 'differential: THEY DIFFER; programs are in %s/\n' "$saved"
fi
exit "$status"
