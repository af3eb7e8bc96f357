#!/usr/bin/env bash
# The manual pages: what is typed stays as it is typed, and a script's page has the sections of a verb's.
set -euo pipefail
fail() { echo "pages.sh: $*"; exit 1; }
for page in expool-ci.1 expool-run.1; do
    grep -q "(aqtest_\*,demo.(aq" "$BUILD/pages/$page" || fail "$page: a quoted word ends in another quote than it begins with"
done
grep -q "(aqnth=17.(aq" "$BUILD/pages/expool-options.7" || fail "expool-options.7: the same"
grep -q "program.(cqs own" "$BUILD/pages/expool-run.1" || fail "an apostrophe is none"
for part in 'EXIT STATUS' 'SEE ALSO'; do
    grep -qx ".Sh $part" "$BUILD/pages/expool-ci.1" || fail "expool-ci.1 has no section $part"
done
