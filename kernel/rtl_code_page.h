/* rtl_code_page.h - one letter at a time between Unicode and 8-bit pages. */
#ifndef KERNEL_RTL_CODE_PAGE_H
#define KERNEL_RTL_CODE_PAGE_H

#include <stdint.h>

enum code_page { CODE_PAGE_ANSI, CODE_PAGE_OEM };

uint16_t code_page_wide(enum code_page page, unsigned char letter);
/* '?' for a letter that the page lacks. */
unsigned char code_page_narrow(enum code_page page, uint16_t letter);
/* The letter's counterpart in the same page, itself where there is none. */
unsigned char code_page_upper(enum code_page page, unsigned char letter);

#endif
