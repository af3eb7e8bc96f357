#!/usr/bin/env bash
# The harness finds every seeded fault of tier A in each of five trials from the seeds; releases contain none.
set -euo pipefail
cd "$(dirname "$0")/../.."
./build.sh setup
ci/check-seeded.sh
./build.sh oracle --tier A --trials 5 | tee build/oracle-job.log
sed -n 's/^tier A, //p' build/oracle-job.log
