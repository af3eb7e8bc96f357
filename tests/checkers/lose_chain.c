/* lose_chain.c - loses the first of three blocks, each of which has the pointer to the next.
 * With an argument it is the near miss. */
#include <wdm.h>

struct link {
    struct link *next;
    char rest[92];
};
static struct link *volatile head;

static struct link *make(struct link *next)
{
    struct link *link = ExAllocatePool2(POOL_FLAG_NON_PAGED, sizeof *link, 'tseT');
    link->next = next;
    return link;
}

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    head = make(make(make(NULL)));
    while (near_miss && head != NULL) {
        struct link *next = head->next;
        ExFreePoolWithTag(head, 'tseT');
        head = next;
    }
    head = NULL;
    return 0;
}
