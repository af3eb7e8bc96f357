/* keep_by_pool.c - what malloc gave is kept by the last bytes of blocks, small and big. */
#include <wdm.h>

#include <expool/host.h>

#include <stddef.h>
#include <stdlib.h>

struct owner {
    struct owner *next;
    char rest[80];
    char *name;
};
static struct owner *owners;

/* They are in use to the end, which the verifier's look for leaks does not take for an answer. */
const char *expool_default_options(void)
{
    return "leaks=off";
}

int main(void)
{
    static const SIZE_T extra[] = {0, 16, 904, 5000, 20000};
    for (unsigned i = 0; i < sizeof extra / sizeof extra[0]; i++) {
        struct owner *owner =
            ExAllocatePool2(POOL_FLAG_NON_PAGED, extra[i] + sizeof *owner, 'tseT');
        *owner = (struct owner){.next = owners};
        char **last = (char **)(PVOID)((char *)owner + extra[i] + offsetof(struct owner, name));
        *last = malloc(33);
        owners = owner;
    }
    return 0;
}
