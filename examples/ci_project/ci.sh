#!/bin/sh
# Any CI, or by hand: EXPOOL is a checkout of expool, or what it was installed to.
set -e
tool=${EXPOOL:-../expool}/tools/expool-ci.sh
[ -e "$tool" ] || tool=${EXPOOL:-../expool}/bin/expool-ci
exec "$tool" --fuzz "${SECONDS_EACH:-60}" \
    --build 'cmake -S . -B build -DCMAKE_C_COMPILER=clang && cmake --build build' \
    --test 'ctest --test-dir build' \
    --test 'pytest -q'
