/* os_park.h - sleeping on a word of memory. Waking does not touch the word: its memory may be gone
 * by then. */
#ifndef KERNEL_OS_PARK_H
#define KERNEL_OS_PARK_H

#include <stdint.h>

/* Sleeps while the word is `value`; may return early. */
void os_park(const volatile void *word, uint32_t value);
void os_unpark_one(const volatile void *word);
void os_unpark_all(const volatile void *word);

#endif
