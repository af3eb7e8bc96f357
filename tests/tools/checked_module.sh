#!/usr/bin/env bash
# A subject under AddressSanitizer whose modules bring libexpool along and are unloaded again: it stays, with its blocks,
# and tells of them.
set -euo pipefail
cat >module.c <<'CODE'
#include <wdm.h>
char *get(void) { return ExAllocatePool2(POOL_FLAG_PAGED, 77, 'ludM'); }
void put(char *block) { ExFreePoolWithTag(block, 'ludM'); }
CODE
cat >host.c <<'CODE'
#include <dlfcn.h>
#include <stddef.h>
static char *use(int keeps)
{
    void *module = dlopen("./module.so", RTLD_NOW);
    if (module == NULL)
        return NULL;
    char *(*get)(void) = (char *(*)(void))dlsym(module, "get");
    void (*put)(char *) = (void (*)(char *))dlsym(module, "put");
    char *block = get();
    if (!keeps)
        put(block);
    dlclose(module);
    return block;
}
int main(void)
{
    static char *kept;
    for (int i = 0; i < 10; i++)
        if (use(0) == 0)
            return 2;
    kept = use(1);
    kept[76] = 1;
    kept[77] = 1;
    return 0;
}
CODE
gcc -g -O0 -shared -fPIC -Wno-multichar -I"$SOURCE/include" module.c -L"$BUILD/lib" -lexpool -Wl,-rpath,"$BUILD/lib" \
    -o module.so
gcc -g -O0 -fsanitize=address host.c -ldl -o host
status=0
./host 2>err || status=$?
[ "$status" = 1 ] || { echo "exit $status"; cat err; exit 1; }
grep -q "It lies right at the end of a 77-byte block, tag 'Mdul'." err || { cat err; exit 1; }
