/* altitude.h - where a driver stands among others that watch the same thing: a decimal number as
 * text, "360000" or "360000.5". The higher is asked first. */
#ifndef KERNEL_ALTITUDE_H
#define KERNEL_ALTITUDE_H

#include "expool/types.h"

#include <stddef.h>

enum { ALTITUDE_LETTERS = 32 };

struct altitude {
    size_t letters; /* 0: none; may stand beside others that have none */
    WCHAR text[ALTITUDE_LETTERS];
};

/* `text` NULL: none. What is longer is cut. */
void altitude_set(struct altitude *altitude, const UNICODE_STRING *text);
/* Above zero when `one` is higher, 0 when they are equal. */
int altitude_compare(const struct altitude *one, const struct altitude *two);

#endif
