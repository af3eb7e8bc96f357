/* remove_list_entry_twice.c - takes an entry out of its list again after its neighbours have moved
 * on. With an argument it is the near miss. */
#include <wdm.h>

static LIST_ENTRY head;
static LIST_ENTRY entries[2];

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    InitializeListHead(&head);
    InsertTailList(&head, &entries[0]);
    InsertTailList(&head, &entries[1]);
    RemoveEntryList(&entries[0]);
    RemoveEntryList(&entries[near_miss ? 1 : 0]);
    return 0;
}
