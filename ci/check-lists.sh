#!/usr/bin/env bash
# ci/check-lists.sh - every rule of pool/violation_rules.c and .def has a section in docs/REPORTS.md and a program in
# tests/bugs/ whose .expect names it.
set -euo pipefail
cd "$(dirname "$0")/.."
missing=0
while read -r rule; do
    grep -qF "$rule" docs/REPORTS.md || { echo "docs/REPORTS.md has no section for $rule"; missing=1; }
    grep -qrwF -- "$rule" tests/bugs/*.expect ||
        { echo "tests/bugs/ has no program for $rule"; missing=1; }
done < <(grep -hA1 '^ *\[VIOLATION_' pool/violation_rules.c pool/violation_rules*.def 2>/dev/null | grep -oE '"[a-z-]+"' | tr -d '"' | sort -u)
exit $missing
