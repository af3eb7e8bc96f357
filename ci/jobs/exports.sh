#!/usr/bin/env bash
# exports.sh [FOLDER] - the archive and the shared library show public names only; build/release/lib's
# unless another folder is given.
# time: 5 s
set -euo pipefail
cd "$(dirname "$0")/../.."
folder=${1:-build/release/lib}
[ $# -gt 0 ] || ./build.sh build >/dev/null
public='^(Ex|Exp|Ke|Kf|Rtl|Dbg|Cm|Flt[A-Z]|FsRtl|Io|Iof|Mm|Nt|Ob|Po|Ps|ProbeFor|Se|Tm|VerSetConditionMask|vDbgPrint|Kd|Zw|Interlocked|InitializeSList|QueryDepthSList|expool_)'
for library in "$folder/libexpool.a" "$folder/libexpool.so"; do
    flag=-g
    [ "${library##*.}" = so ] && flag=-D
    names=$(nm $flag --defined-only "$library" | awk 'NF == 3 {print $3}')
    odd=$(grep -vE "$public" <<<"$names" || true)
    [ -n "$names" ] || { echo "$library shows nothing"; exit 1; }
    [ -z "$odd" ] || { echo "$library shows: $odd"; exit 1; }
done
# The preload library: what it is put in front for, and nothing else.
family='^(malloc|calloc|realloc|free|reallocarray|memalign|aligned_alloc|posix_memalign|valloc|pvalloc|malloc_(usable_size|trim|stats|info)|mallinfo2?|mallopt|_exit|_Exit|f?execve|execveat|execvp?|execvpe|execl[pe]?|posix_spawnp?|p?(read|write)(64)?|(read|write)v|(recv|send)(msg)?|recvfrom|sendto|f(read|write)|madvise|pthread_getattr_np|close|close_range|closefrom|dup[23]|mlockall|sigaction|signal|(__)?sysv_signal|sigprocmask|pthread_sigmask|_Zn[wa]m.*|_Zd[la]Pv.*)$'
if [ -e "$folder/libexpool-preload.so" ]; then
    odd=$(nm -D --defined-only "$folder/libexpool-preload.so" | awk 'NF == 3 {print $3}' | grep -vE "$family" || true)
    [ -z "$odd" ] || { echo "libexpool-preload.so shows: $odd"; exit 1; }
fi
echo "$(wc -l <<<"$names") public names, no other"
