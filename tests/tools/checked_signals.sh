#!/usr/bin/env bash
# A subject whose signal handler writes past a block, whatever the thread was doing in the pool: AddressSanitizer's
# report and the block's story wait for no lock.
set -euo pipefail
cat >handler.c <<'CODE'
#include <wdm.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/time.h>
enum { REPORTS = 200, BLOCKS = 64 };
static volatile char *block;
static volatile int count;
static void handle(int number)
{
    (void)number;
    count = count + 1;
    block[100] = 1;
}
int main(void)
{
    static void *blocks[BLOCKS];
    block = ExAllocatePool2(POOL_FLAG_NON_PAGED, 100, 'ngiS');
    signal(SIGALRM, handle);
    int armed = -1;
    for (unsigned i = 0; count < REPORTS; i++) {
        struct itimerval soon = {{0, 0}, {0, 100 + i % 97}};
        int now = count;
        if (armed != now) {
            armed = now; /* first: the signal may come at once */
            setitimer(ITIMER_REAL, &soon, NULL);
        }
        void **here = &blocks[i * 7 % BLOCKS];
        if (*here != NULL)
            ExFreePool(*here);
        *here = ExAllocatePool2(POOL_FLAG_NON_PAGED, 20, 'ngiS');
    }
    _Exit(0);
}
CODE
gcc -g -O0 -fsanitize=address -fsanitize-recover=address -Wno-multichar -I"$SOURCE/include" handler.c \
    "$BUILD/lib/libexpool.a" -lpthread -o handler
export ASAN_OPTIONS=halt_on_error=0:suppress_equal_pcs=0
for options in checker=auto verifier=standard verifier=standard:special_pool=none; do
    EXPOOL_OPTIONS=$options timeout 20 ./handler 2>err || { echo "$options: exit $?"; tail -n 40 err; exit 1; }
    stories=$(grep -c "It lies right at the end of a 100-byte block, tag 'Sign'." err)
    [ "$stories" -ge 200 ] || { echo "$options: $stories stories"; exit 1; }
done
