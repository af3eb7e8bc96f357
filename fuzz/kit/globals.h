/* globals.h - variables of the driver and its target, put back before each input. They lie between
 * those of first.c and last.c, which stand around them on the linker's line:
 *   cc first.c driver.c target.c last.c
 * Files that are not between the two keep their variables. */
#ifndef FUZZ_KIT_GLOBALS_H
#define FUZZ_KIT_GLOBALS_H

#include <stddef.h>

/* Remembers them. Bytes found; 0: first.c and last.c are not linked, or not around anything. */
size_t kit_globals_start(void);

void kit_globals_restore(void);

#endif
