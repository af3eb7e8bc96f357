/* write_past_end_after_raise.c - writes behind a block after a call of the pool has raised.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    char *block = ExAllocatePool2(POOL_FLAG_PAGED, 50, 'tseT');
    volatile BOOLEAN was_raised = FALSE;
    __try {
        (void)ExAllocatePool2(POOL_FLAG_PAGED | POOL_FLAG_RAISE_ON_FAILURE, (SIZE_T)1 << 45,
                              'tseT');
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        was_raised = TRUE;
    }
    if (!was_raised)
        return 1;
    block[near_miss ? 49 : 50] = 1;
    ExFreePoolWithTag(block, 'tseT');
    return 0;
}
