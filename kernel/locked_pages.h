/* locked_pages.h - pool tracking (rule 0x8) of descriptors whose pages are locked: bug check 0xCB
 * for one that is left when the program ends. */
#ifndef KERNEL_LOCKED_PAGES_H
#define KERNEL_LOCKED_PAGES_H

#include <stddef.h>

/* `frame` of the public routine. */
void locked_pages_enter(const void *mdl, size_t pages, const void *frame);
void locked_pages_leave(const void *mdl);

#endif
