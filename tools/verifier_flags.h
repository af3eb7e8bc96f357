/* verifier_flags.h - verifier.exe's flags and rule classes: names, which there are here, and the
 * layout that /querysettings prints them in. */
#ifndef TOOLS_VERIFIER_FLAGS_H
#define TOOLS_VERIFIER_FLAGS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define VERIFIER_FLAGS_STANDARD  0x209bbu
#define VERIFIER_FLAG_RANDOMIZED 0x4u
#define VERIFIER_FLAG_SYSTEMATIC 0x40000u

/* The name of the first flag that has no counterpart here; NULL: all have. */
const char *verifier_flags_missing(uint32_t flags);

/* Rule class n is flag n - 1; 35 and 36 have no flag. False: the class has no counterpart. */
bool verifier_class_flags(unsigned number, uint32_t *flags);

/* "Verifier Flags: 0x000209bb" and the list of them, with Windows' blank lines. */
void verifier_flags_print(uint32_t flags, FILE *file);

#endif
