/* pool_faults.c MISTAKE - four allocations. When the third one fails: careful (all is well),
 * forgets, leaks, hangs, frees_twice. Linked with libexpool. */
#include <wdm.h>

#include <string.h>

#ifdef REBUILT /* moves what comes behind */
int more_code(int value);

int more_code(int value)
{
    volatile int sum = value;
    for (int i = 0; i < value; i++)
        sum = sum * 31 + i;
    return sum;
}
#endif

enum { TAG = 'tluF' };

static const char *mistake = "careful";

static BOOLEAN makes(const char *name)
{
    return strcmp(mistake, name) == 0;
}

static PVOID take(SIZE_T bytes)
{
    return ExAllocatePoolWithTag(PagedPool, bytes, TAG);
}

static void give(PVOID block)
{
    if (block != NULL)
        ExFreePool(block);
}

static NTSTATUS third_and_fourth(void)
{
    PUCHAR third = ExAllocatePool2(POOL_FLAG_NON_PAGED, 64, TAG);
    volatile BOOLEAN is_waiting = third == NULL && makes("hangs");
    while (is_waiting)
        ;
    if (third == NULL && !makes("forgets"))
        return STATUS_INSUFFICIENT_RESOURCES;
    third[0] = 1;
    PVOID fourth = take(128);
    give(third);
    give(fourth);
    return fourth == NULL ? STATUS_INSUFFICIENT_RESOURCES : STATUS_SUCCESS;
}

int main(int argc, char **argv)
{
    if (argc > 1)
        mistake = argv[1];
    PVOID first = take(16);
    PVOID second = take(32);
    NTSTATUS status = STATUS_INSUFFICIENT_RESOURCES;
    if (first != NULL && second != NULL)
        status = third_and_fourth();
    give(first);
    if (!NT_SUCCESS(status) && first != NULL && second != NULL) {
        if (makes("frees_twice"))
            give(first);
        if (makes("leaks"))
            return 1;
    }
    give(second);
    return NT_SUCCESS(status) ? 0 : 1;
}
