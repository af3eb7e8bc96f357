#!/usr/bin/env bash
# A subject under AddressSanitizer that goes on after reports: each has the story of its block, whether libexpool is
# linked in or shared; and a library that frees a block when all has ended, under Memcheck.
set -euo pipefail
cat >several.c <<'CODE'
#include <wdm.h>
int main(void)
{
    char *small = ExAllocatePool2(POOL_FLAG_PAGED, 50, 'llmS');
    char *big = ExAllocatePool2(POOL_FLAG_NON_PAGED, 9000, ' giB');
    small[50] = 1;
    ExFreePoolWithTag(big, ' giB');
    big[77] = 1;
    big[5077] = 1;
    ExFreePoolWithTag(small, 'llmS');
    small[7] = 1;
    return 0;
}
CODE
for linked in "$BUILD/lib/libexpool.a" "-L$BUILD/lib -lexpool -Wl,-rpath,$BUILD/lib"; do
    # shellcheck disable=SC2086 # words
    gcc -g -O0 -fsanitize=address -fsanitize-recover=address -Wno-multichar -I"$SOURCE/include" several.c $linked \
        -lpthread -o several
    ASAN_OPTIONS=halt_on_error=0:detect_leaks=0 ./several 2>err || { echo "$linked: exit $?"; exit 1; }
    grep -oE 'ERROR: AddressSanitizer|It lies .*' err >stories
    diff - stories <<'TEXT'
ERROR: AddressSanitizer
It lies right at the end of a 50-byte block, tag 'Smll'.
ERROR: AddressSanitizer
It lies 77 bytes into a 9 000-byte block, tag 'Big ', which was freed before.
ERROR: AddressSanitizer
It lies 5 077 bytes into a 9 000-byte block, tag 'Big ', which was freed before.
ERROR: AddressSanitizer
It lies 7 bytes into a 50-byte block, tag 'Smll', which was freed before.
TEXT
done

cat >late.c <<'CODE'
#include <wdm.h>
static char *block;
__attribute__((constructor)) static void start(void) { block = ExAllocatePool2(POOL_FLAG_PAGED, 100, 'etaL'); }
__attribute__((destructor)) static void end(void) { ExFreePoolWithTag(block, 'etaL'); }
CODE
echo 'int main(void) { return 0; }' >program.c
gcc -g -shared -fPIC -Wno-multichar -I"$SOURCE/include" late.c -o late.so
gcc -g program.c -Wl,--no-as-needed ./late.so -Wl,--whole-archive "$BUILD/lib/libexpool.a" -Wl,--no-whole-archive \
    -rdynamic -Wl,--strip-debug -lpthread -o program # Valgrind 3.19 gives up at clang's DWARF 5
for options in checker=auto verifier=standard:leaks=off; do
    EXPOOL_OPTIONS=$options valgrind -q --leak-check=full --error-exitcode=9 ./program >said 2>&1 ||
        { echo "$options: exit $?"; cat said; exit 1; }
    [ ! -s said ] || { cat said; exit 1; }
done
