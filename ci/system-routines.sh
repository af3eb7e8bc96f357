#!/usr/bin/env bash
# ci/system-routines.sh [ARCHIVE] - writes kernel/mm_system_routine.def, the names that
# MmGetSystemRoutineAddress knows, from what the archive shows; what ntstrsafe.h has is inline on Windows.
set -euo pipefail
cd "$(dirname "$0")/.."
archive=${1:-build/dev/lib/libexpool.a}
{
    echo "/* Written by ci/system-routines.sh. */"
    nm -g --defined-only "$archive" | awk 'NF == 3 && $2 == "T" {print $3}' |
        grep -vE '^expool_|^Exp[A-Z]|^RtlString|^RtlUnicodeString(Cb|Cch|Cat|Copy|Init|Validate|Printf|VPrintf)|^RtlUnalignedString' | LC_ALL=C sort -u | sed 's/.*/ROUTINE(&)/'
} >kernel/mm_system_routine.def
