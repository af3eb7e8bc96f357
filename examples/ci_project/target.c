/* target.c - the list of names on expool's driver kit: no driver, two operations. */
#include <expool/kit.h>
#include <wdm.h>

#include "names.h"

static NAMES names;

static void clear(void)
{
    NamesClear(&names);
}

KIT_DRIVER(.name = "names", .teardown = clear)

KIT_OP(add, KIT_BYTES(text, 80))
{
    (void)NamesAdd(&names, (const char *)text.data, (ULONG)text.length);
}

KIT_OP(look, KIT_U8(place))
{
    KIT_EXPECT((NamesAt(&names, place) != NULL) == (place < names.Count));
}
