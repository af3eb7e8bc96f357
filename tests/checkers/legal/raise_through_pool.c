/* raise_through_pool.c - routines of the pool raise, are caught, and the pool goes on. */
#include <wdm.h>

enum { ROUNDS = 50 };
#define TOO_MUCH ((SIZE_T)1 << 45)

static int raises(POOL_FLAGS flags, SIZE_T bytes)
{
    volatile int status = 0;
    __try {
        char *block = ExAllocatePool2(flags | POOL_FLAG_RAISE_ON_FAILURE, bytes, 'tseT');
        block[bytes - 1]++;
        ExFreePoolWithTag(block, 'tseT');
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        status = GetExceptionCode();
    }
    return status != 0;
}

int main(void)
{
    for (unsigned i = 0; i < ROUNDS; i++)
        if (!raises(POOL_FLAG_PAGED, TOO_MUCH) || raises(POOL_FLAG_PAGED, 100) ||
            !raises(POOL_FLAG_PAGED | POOL_FLAG_NON_PAGED, 100))
            return 1;
    return 0;
}
