/* grow_by_copy.c - a buffer that grows as realloc would have it, from one byte to pages. */
#include <wdm.h>

int main(void)
{
    SIZE_T bytes = 1;
    unsigned char *buffer = ExAllocatePool2(POOL_FLAG_PAGED | POOL_FLAG_UNINITIALIZED, 1, 'tseT');
    buffer[0] = 1;
    while (bytes < 40000) {
        SIZE_T more = bytes + bytes / 2 + 1;
        unsigned char *larger =
            ExAllocatePool2(POOL_FLAG_PAGED | POOL_FLAG_UNINITIALIZED, more, 'tseT');
        RtlCopyMemory(larger, buffer, bytes);
        RtlFillMemory(larger + bytes, more - bytes, 1);
        ExFreePoolWithTag(buffer, 'tseT');
        buffer = larger;
        bytes = more;
    }
    for (SIZE_T i = 0; i < bytes; i++)
        if (buffer[i] != 1)
            return 1;
    ExFreePoolWithTag(buffer, 'tseT');
    return 0;
}
