/* rtl_case.h - upper and lower case of 16-bit letters, the same on every machine and in every
 * locale. Any IRQL. Letters without a counterpart, and surrogates, are themselves. */
#ifndef KERNEL_RTL_CASE_H
#define KERNEL_RTL_CASE_H

#include <stdint.h>

uint16_t case_upper(uint16_t letter);
uint16_t case_lower(uint16_t letter);

#endif
