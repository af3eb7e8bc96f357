/* fork_and_go_on.c - parent and child use and free their own copies of blocks. */
#include <wdm.h>

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BLOCKS = 100 };

static char *blocks[BLOCKS];

static int use_all(void)
{
    for (unsigned i = 0; i < BLOCKS; i++) {
        if (blocks[i][99] != 1)
            return 1;
        ExFreePoolWithTag(blocks[i], 'tseT');
        blocks[i] = ExAllocatePool2(POOL_FLAG_PAGED, 100, 'tseT');
        blocks[i][99] = 2;
        ExFreePoolWithTag(blocks[i], 'tseT');
        blocks[i] = NULL;
    }
    return 0;
}

int main(void)
{
    int status = 1;
    for (unsigned i = 0; i < BLOCKS; i++) {
        blocks[i] = ExAllocatePool2(POOL_FLAG_PAGED, 100, 'tseT');
        blocks[i][99] = 1;
    }
    pid_t child = fork();
    if (child == 0)
        exit(use_all());
    if (waitpid(child, &status, 0) != child || status != 0)
        return 1;
    return use_all();
}
