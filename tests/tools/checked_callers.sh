#!/usr/bin/env bash
# A subject under AddressSanitizer: the story behind its report names the program's line, whichever of the C library's routines
# made the access: gcc's runtime is a library of its own, clang's lies in the program.
set -euo pipefail
cat >callers.c <<'CODE'
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wdm.h>
int main(int count, char **words)
{
    static char text[64];
    volatile size_t more = 30;
    char *block = ExAllocatePool2(POOL_FLAG_NON_PAGED, 24, 'llaC');
    memset(text, 'x', 40);
    memset(block, 'x', 24);
    switch (count > 1 ? atoi(words[1]) : 0) {
    case 14: return block[count == 2 ? 24 : 0];
    case 15: memcpy(block, text, more); break;
    case 16: return memcmp(block, text, more);
    case 17: strcpy(block, text); break;
    case 18: snprintf(block, more, "%s", text); break;
    case 19: printf("%s\n", block); break;
    case 20: return (int)read(0, block, more);
    case 21: KeInitializeEvent((PKEVENT)(block + 8), NotificationEvent, FALSE); break;
    }
    return 0;
}
CODE
for compiler in gcc clang; do
    $compiler -g -O0 -fsanitize=address -Wno-multichar -I"$SOURCE/include" callers.c "$BUILD/lib/libexpool.a" -lpthread \
        -o callers
    for line in {14..21}; do
        ! ./callers "$line" <callers.c >out 2>err || { echo "$compiler: line $line: nothing"; exit 1; }
        grep -q "^SUMMARY: expool: 0xD6 .*callers.c:$line in main" err ||
            { echo "$compiler: line $line:"; grep SUMMARY err; exit 1; }
    done
done
