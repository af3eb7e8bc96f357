/* execute_no_execute.c - runs code in pool that is not executable.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    static const unsigned char code[] = {0xc3}; /* ret */
    POOL_TYPE type = near_miss ? NonPagedPoolExecute : NonPagedPoolNx;
    char *block = ExAllocatePoolWithTag(type, 16, 'tseT');
    void (*function)(void);
    RtlCopyMemory(block, code, sizeof code);
    memcpy(&function, &block, sizeof function);
    function();
    ExFreePool(block);
    return 0;
}
