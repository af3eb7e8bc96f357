#!/usr/bin/env bash
# demangler.sh OBJCOPY AR ARCHIVE - adds libiberty's demangler to ARCHIVE: one object, of whose names others see
# the one that needs no malloc.
set -euo pipefail
objcopy=$1 ar=$2 archive=$3
object=${archive%/*}/cp-demangle.o
"$ar" p "$(gcc -print-file-name=libiberty.a)" cp-demangle.o >"$object.whole"
"$objcopy" --keep-global-symbol=cplus_demangle_v3_callback "$object.whole" "$object"
rm "$object.whole"
"$ar" r "$archive" "$object" 2>/dev/null
