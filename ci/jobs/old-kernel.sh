#!/usr/bin/env bash
# The distribution's own kernel (Debian 12: 6.1), older than guard pages and moved pages, in a virtual machine under
# software emulation: special pool on the lower steps of its ladder, faults, forks, and the corpus. A build may be named.
# time: 280 s
set -euo pipefail
cd "$(dirname "$0")/../.."
build=${1:-build/dev}
minutes=10 # the machine is switched off then
tests=(tier special special_reuse special_placement special_judge ready fault fork force_irql track stack seh_fault
    pager reach leaks slot heap ex_pool survival probe os_fault no_execute)

die() { echo "$*"; exit 1; }
./build.sh setup
[ $# -gt 0 ] || { cmake --preset dev && cmake --build build/dev; } >build/old-kernel-build.log 2>&1 || die "$(tail -n 20 build/old-kernel-build.log)"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
package=$(apt-cache depends linux-image-cloud-amd64 2>/dev/null | sed -n 's/^ *Depends: \(linux-image-.*\)/\1/p' | head -n 1)
[ -n "$package" ] || die "no package linux-image-cloud-amd64 here: Debian's kernel is what this job runs"
(cd "$work" && apt-get download -qq "$package" 2>download.log) || die "$(cat "$work/download.log")"
dpkg-deb -x "$work/$package"_*.deb "$work/kernel"

root=$work/root
mkdir -p "$root"/{bin,dev,proc,sys,tmp,tests,seeds}
cp "$(command -v busybox)" "$root/bin/busybox"
install -m 755 ci/old_kernel/init "$root/init"
for name in "${tests[@]}"; do cp "$build/tests/test_$name" "$root/tests/"; done
for target in verifier_seq verifier_protect corrupt; do cp "$build/fuzz/replay_$target" "$root/tests/"; done
cp -r corpus/seeds/. "$root/seeds/"
for program in "$root"/tests/*; do ldd "$program"; done | grep -o '/[^ ]*' | sort -u | while read -r library; do
    mkdir -p "$root$(dirname "$library")"
    cp -L "$library" "$root$library"
done
(cd "$root" && find . | cpio -o -H newc --quiet | gzip -1) >"$work/initrd"

log=build/old-kernel.log
timeout "${minutes}m" qemu-system-x86_64 -machine q35,accel=tcg -cpu max -smp 2 -m 2G -kernel "$work"/kernel/boot/vmlinuz-* \
    -initrd "$work/initrd" -append 'console=ttyS0 quiet panic=-1' -nographic -no-reboot -nic none >"$log" 2>&1 </dev/null ||
    die "the virtual machine ended with $? (124: not done within $minutes minutes); its log is $log"
grep -q '^end of tests' "$log" || { tail -n 40 "$log"; die "the virtual machine did not come to the end of its tests"; }
passed=$(grep -c '^ok ' "$log" || true)
wanted=$((${#tests[@]} + 3))
[ "$passed" -eq "$wanted" ] || { grep -a -A 20 '^FAILED' "$log"; die "$((wanted - passed)) of $wanted failed; see $log"; }
echo "$(sed -n 's/^.*\(kernel [0-9].*\)$/\1/p' "$log" | tr -d '\r'): $passed programs, guards from uffd without moved pages and from mprotect"
