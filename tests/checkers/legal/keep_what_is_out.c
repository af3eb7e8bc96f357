/* keep_what_is_out.c - blocks of pages that are out point to what malloc gave: it is not lost. */
#include <wdm.h>

#include <expool/host.h>
#include <expool/paging.h>

#include <stdlib.h>

enum { BLOCKS = 100 };

/* They are in use to the end, which the verifier's look for leaks does not take for an answer. */
const char *expool_default_options(void)
{
    return "memory_pressure=3:leaks=off";
}

struct owner {
    struct owner *next;
    char rest[1000];
    char *name;
};
static struct owner *owners;

int main(void)
{
    for (unsigned i = 0; i < BLOCKS; i++) {
        struct owner *owner = ExAllocatePool2(POOL_FLAG_PAGED, sizeof *owner, 'tseT');
        *owner = (struct owner){.next = owners, .name = malloc(33)};
        owners = owner;
    }
    (void)expool_trim();
    return 0;
}
