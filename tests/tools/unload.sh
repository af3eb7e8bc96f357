#!/usr/bin/env bash
# A plugin that uses pool is loaded and closed again and again: libexpool stays, nothing is lost, faults have a handler.
set -euo pipefail
cat >plugin.c <<'CODE'
#include <wdm.h>
int use(void)
{
    char *block = ExAllocatePool2(POOL_FLAG_PAGED, 100, 'gulP');
    ExFreePoolWithTag(block, 'gulP');
    return block != NULL;
}
CODE
cat >program.c <<'CODE'
#include <dlfcn.h>
#include <signal.h>
#include <stdlib.h>
static void handled(int number) { (void)number; _Exit(3); }
int main(int count, char **words)
{
    (void)words;
    if (count > 1)
        signal(SIGSEGV, handled);
    for (int i = 0; i < 3; i++) {
        void *plugin = dlopen("./plugin.so", RTLD_NOW);
        int (*use)(void) = (int (*)(void))dlsym(plugin, "use");
        if (!use())
            return 1;
        dlclose(plugin);
    }
    if (count > 1)
        *(volatile int *)16 = 1;
    return 0;
}
CODE
gcc -g -shared -fPIC -Wno-multichar -I"$SOURCE/include" plugin.c -L"$BUILD/lib" -lexpool -Wl,-rpath,"$BUILD/lib" -o plugin.so
gcc -g -fsanitize=address program.c -o checked
gcc -g program.c -o program
./checked
valgrind -q --leak-check=full --error-exitcode=9 ./program
status=0
EXPOOL_OPTIONS=verifier=standard ./program fault || status=$?
[ "$status" -eq 3 ] || { echo "the program's own handler was not called: $status"; exit 1; }
