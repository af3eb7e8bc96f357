/* linked.c - has libexpool inside: two blocks stay, one goes, then it sleeps. */
#include <wdm.h>

#include <time.h>

int main(void)
{
    void *gone = ExAllocatePool2(POOL_FLAG_PAGED, 50, 'enoG');
    void *paged = ExAllocatePool2(POOL_FLAG_PAGED, 200, 'yatS');
    void *nonpaged = ExAllocatePool2(POOL_FLAG_NON_PAGED, 60, 'yatS');
    ExFreePoolWithTag(gone, 'enoG');
    nanosleep(&(struct timespec){.tv_sec = 30}, NULL);
    ExFreePoolWithTag(paged, 'yatS');
    ExFreePoolWithTag(nonpaged, 'yatS');
    return 0;
}
