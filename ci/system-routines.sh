#!/usr/bin/env bash
# ci/system-routines.sh [ARCHIVE] - writes kernel/mm_system_routine.def, the names that MmGetSystemRoutineAddress knows,
# and kernel/flt_routine.def, those of FltGetRoutineAddress, from what the archive shows; what ntstrsafe.h has is
# inline on Windows.
set -euo pipefail
cd "$(dirname "$0")/.."
archive=${1:-build/dev/lib/libexpool.a}
shown() { nm -g --defined-only "$archive" | awk 'NF == 3 && $2 == "T" {print $3}'; }
{
    echo "/* Written by ci/system-routines.sh. */"
    shown | grep -E '^Flt' | LC_ALL=C sort -u | sed 's/.*/ROUTINE(&)/'
} >kernel/flt_routine.def
{
    echo "/* Written by ci/system-routines.sh. */"
    shown |
        grep -vE '^expool_|^Flt|^Exp[A-Z]|^RtlString|^RtlUnicodeString(Cb|Cch|Cat|Copy|Init|Validate|Printf|VPrintf)|^RtlUnalignedString' | LC_ALL=C sort -u | sed 's/.*/ROUTINE(&)/'
} >kernel/mm_system_routine.def
