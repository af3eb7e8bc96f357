/* reach.c - leaks of unmodified programs: they keep much to the end on purpose, so at_exit means
 * what nobody points to any more. */
#include "pool/options.h"
#include "preload/bootstrap.h"
#include "verifier/reach_roots.h"

/* After the options were read (102), before anything is looked at. */
__attribute__((constructor(103))) static void look_at_what_is_lost_only(void)
{
    options_start();
    if (options.leaks == OPTION_LEAKS_AT_EXIT)
        options.leaks = OPTION_LEAKS_LOST;
}

/* Before the leaks are told (101): blocks of the first moments are the loader's, and may hold the
 * only pointers to others. */
__attribute__((destructor(103))) static void look_at_bootstrap_too(void)
{
    uintptr_t start;
    uintptr_t end;
    if (bootstrap_range(&start, &end))
        reach_roots_add(start, end);
}
