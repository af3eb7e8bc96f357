#!/usr/bin/env bash
# Every routine of the library that fuzz/ calls is one that replay programs record, or only looks; else --emit-c
# would leave a call out in silence.
set -uo pipefail
cd "$SOURCE" || exit 1
names='(Ex|Ke|Kf|Mm|Io|Rtl|Ps|FsRtl|Interlocked|Initialize|Query|expool_)[A-Za-z0-9_]*'
# Macros over recorded routines, and what changes nothing and is judged by its value at once.
known='ExFreePool2 ExQueryDepthSList KeAcquireSpinLock KeRaiseIrql KeInitializeSpinLock PsGetCurrentProcess
    ExSecurePoolUpdate ExSecurePoolValidate expool_on_event expool_verifier_is_on expool_default_options'
missing=$(grep -ohE "\b$names\(" fuzz/*.c | tr -d '(' | sort -u | grep -vxF -f <(
    grep -oE "^#define $names" fuzz/replay/calls_macros.h | sed 's/#define //'
    tr -s ' ' '\n' <<<"$known"))
[ -z "$missing" ] || { printf 'not recorded (fuzz/replay/calls_macros.h):\n%s\n' "$missing"; exit 1; }
