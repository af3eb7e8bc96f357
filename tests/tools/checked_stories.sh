#!/usr/bin/env bash
# A subject under AddressSanitizer whose blocks lie where blocks of other sizes lay before: each report tells of the
# life that came last, and of the neighbour that is nearest.
set -euo pipefail
cat >lives.c <<'CODE'
#include <wdm.h>
#include <string.h>
enum { BLOCKS = 400, PAGE = 4096 };
static volatile char *blocks[BLOCKS];
static volatile char *make(size_t bytes, ULONG tag) { return ExAllocatePool2(POOL_FLAG_NON_PAGED, bytes, tag); }
static void make_and_free(unsigned count, size_t bytes, ULONG tag)
{
    for (unsigned i = 0; i < count; i++)
        blocks[i] = make(bytes, tag);
    for (unsigned i = 0; i < count; i++)
        ExFreePool((void *)blocks[i]);
}
int main(int argc, char **argv)
{
    const char *mode = argv[argc - 1];
    if (strcmp(mode, "big_over_small") == 0)
        make_and_free(BLOCKS, 300, 'lamS');
    if (strcmp(mode, "big_over_big") == 0)
        make_and_free(10, 8000, ' dlO');
    if (strncmp(mode, "big_over", 8) == 0) {
        make_and_free(1, 10 * PAGE, ' giB');
        for (unsigned page = 0; page < 10; page++)
            blocks[0][page * PAGE + 700] = 1;
        return 0;
    }
    if (strcmp(mode, "small_over_big") == 0)
        make_and_free(1, 100 * PAGE, ' giB');
    for (unsigned i = 0; strcmp(mode, "small_over_big") == 0 && i < BLOCKS; i++) {
        blocks[i] = make(300, 'lamS');
        blocks[i][300] = 1;
    }
    if (strcmp(mode, "last_of_page") == 0) {
        volatile char *page = make(4080, 'lamS');
        page[4080] = 1;
    }
    return 0;
}
CODE
gcc -g -O0 -fsanitize=address -fsanitize-recover=address -Wno-multichar -I"$SOURCE/include" lives.c \
    "$BUILD/lib/libexpool.a" -lpthread -o lives
export ASAN_OPTIONS=halt_on_error=0:detect_leaks=0:suppress_equal_pcs=0 EXPOOL_OPTIONS=quarantine_pool_mb=0
stories() {
    ./lives "$1" 2>err || { echo "$1: exit $?"; exit 1; }
    sed -nE 's/^ *It lies ([0-9 ]+ bytes|right) /\1 /p' err | sed -E 's/^[0-9 ]+ bytes/some bytes/' | sort | uniq -c |
        sed "s/^ */$1: /"
}
for mode in big_over_small big_over_big small_over_big last_of_page; do stories "$mode"; done >said
diff - said <<'TEXT'
big_over_small: 10 some bytes into a 40 960-byte block, tag 'Big ', which was freed before.
big_over_big: 10 some bytes into a 40 960-byte block, tag 'Big ', which was freed before.
small_over_big: 400 right at the end of a 300-byte block, tag 'Smal'.
last_of_page: 1 right at the end of a 4 080-byte block, tag 'Smal'.
TEXT
