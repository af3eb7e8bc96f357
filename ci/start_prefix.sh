#!/usr/bin/env bash
# start_prefix.sh CLANG - prints what to put before a program that CLANG built with a sanitizer: nothing, or
# "setarch ... -R". Runtimes older than LLVM 17 die at random at start where the kernel randomises addresses by
# more than 28 bits; why a prefix is needed goes to stderr. Exit 2: needed, and not to be had.
set -euo pipefail
version=$("$1" -dumpversion | cut -d. -f1)
bits=$(cat "${EXPOOL_RND_BITS:-/proc/sys/vm/mmap_rnd_bits}" 2>/dev/null || echo 28)
[ "$version" -lt 17 ] && [ "$bits" -gt 28 ] || exit 0
if setarch "$(uname -m)" -R true 2>/dev/null; then
    echo "contract: vm.mmap_rnd_bits is $bits, clang $version's sanitizers need 28: programs start under setarch -R" >&2
    printf 'setarch %s -R\n' "$(uname -m)"
else
    echo "contract: vm.mmap_rnd_bits is $bits, clang $version's sanitizers need 28, and setarch -R is refused: sysctl vm.mmap_rnd_bits=28, or clang 17 and later" >&2
    exit 2
fi
