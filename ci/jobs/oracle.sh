#!/usr/bin/env bash
# The harness finds every seeded fault of tier A in each of five trials from the seeds; releases contain none.
# oracle.sh SECONDS: a trial more for each 22 beyond 110.
# time: 160 s
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds=${1:-110}
trials=$((seconds > 110 ? seconds / 22 : 5))
./build.sh setup
ci/check-seeded.sh
./build.sh oracle --tier A --trials "$trials" | tee build/oracle-job.log
sed -n 's/^tier A, //p' build/oracle-job.log
