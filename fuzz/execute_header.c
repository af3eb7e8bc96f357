/* execute_header.c - headers that are damaged so that each thing shows by which a pool of pages
 * knows: three neighbours, of which one is freed. */
#include "fuzz/execute.h"
#include "fuzz/scenes.h"

#include "expool/host.h"

#include <string.h>

enum { BLOCKS = 48, SIZE = 240, UNITS_BYTES = 256, HEADER = 16, NEVER = 0x10000010 };
enum { SET, FLIP };

static const struct {
    uint8_t at; /* in the header of the middle one */
    uint8_t how;
    uint8_t byte;
    bool spoils_page; /* the page's first header, too */
    int8_t freed;     /* -1 the lower neighbour, 0 the block itself, 1 the upper one */
} damages[SCENE_HEADERS - SCENE_HEADERS_UNUSED] = {
    {1, SET, 4, false, 0},   {0, FLIP, 24, false, 0}, {0, SET, 0, false, 0},
    {3, SET, 0, false, 0},   {3, SET, 250, false, 0}, {3, FLIP, 1, false, 0},
    {12, FLIP, 1, false, 0}, {12, FLIP, 1, true, 0},  {12, FLIP, 1, false, -1},
    {12, FLIP, 1, false, 1}, {3, FLIP, 1, false, 1},  {0, FLIP, 24, false, -1},
};

/* Headers lie poisoned. */
__attribute__((no_sanitize("address"), noinline)) static void change(unsigned char *byte, int how,
                                                                     unsigned char value)
{
    volatile unsigned char *at = byte;
    *at = how == SET ? value : (unsigned char)(*at ^ value);
}

static bool is_there(unsigned char *const *blocks, const unsigned char *wanted)
{
    for (unsigned i = 0; i < BLOCKS; i++)
        if (blocks[i] == wanted)
            return true;
    return false;
}

/* The middle of three neighbours; NULL: there are none. */
EXECUTION_ALLOCATES static unsigned char *take_three(void)
{
    unsigned char *blocks[BLOCKS];
    for (unsigned i = 0; i < BLOCKS; i++) {
        blocks[i] = ExAllocatePoolWithTag(NonPagedPoolNx, SIZE, model_tag(0));
        if (blocks[i] == NULL)
            return NULL;
        memset(blocks[i], 0, SIZE);
    }
    for (unsigned i = 0; i < BLOCKS; i++)
        if (is_there(blocks, blocks[i] - UNITS_BYTES) && is_there(blocks, blocks[i] + UNITS_BYTES))
            return blocks[i];
    return NULL;
}

EXECUTION_FREES static void free_unused(bool is_paged)
{
    unsigned char *block =
        ExAllocatePoolWithTag(is_paged ? PagedPool : NonPagedPoolNx, SIZE, model_tag(0));
    if (block != NULL)
        ExFreePool(block + NEVER);
}

EXECUTION_FREES void execute_scene_header(struct execution *execution, const struct op *op)
{
    unsigned which = op->handle % SCENE_HEADERS;
    if (which < SCENE_HEADERS_UNUSED) {
        free_unused(which == 1);
        return;
    }
    which -= SCENE_HEADERS_UNUSED;
    if (expool_options_set("pool_stacks=1") != 0)
        execution->complaint = "an option is refused";
    unsigned char *middle = take_three();
    if (middle == NULL) {
        execution->complaint = "no three neighbours among blocks of one size";
        return;
    }
    if (damages[which].spoils_page)
        for (unsigned i = 0; i < HEADER; i++)
            change(model_page(middle) + i, SET, 'A');
    change(middle - HEADER + damages[which].at, damages[which].how, damages[which].byte);
    ExFreePool(middle + (ptrdiff_t)damages[which].freed * UNITS_BYTES);
}
