#include "verifier/extras.h"

_Atomic unsigned extras;

void extras_set(enum extra extra, bool is_on)
{
    if (is_on)
        atomic_fetch_or(&extras, (unsigned)extra);
    else
        atomic_fetch_and(&extras, ~(unsigned)extra);
}
