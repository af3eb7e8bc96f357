#include "kernel/rtl_code_page.h"

#include "kernel/rtl_case.h"
#include "kernel/rtl_code_page_table.h"
#include "pool/util.h"

enum { HALF = 0x80 };

static const uint16_t *upper_half(enum code_page page)
{
    return page == CODE_PAGE_ANSI ? ansi_1252 : oem_437;
}

uint16_t code_page_wide(enum code_page page, unsigned char letter)
{
    return letter < HALF ? letter : upper_half(page)[letter - HALF];
}

unsigned char code_page_narrow(enum code_page page, uint16_t letter)
{
    if (letter < HALF)
        return (unsigned char)letter;
    const uint16_t *half = upper_half(page);
    for (unsigned i = 0; i < COUNT_OF(ansi_1252); i++)
        if (half[i] == letter)
            return (unsigned char)(i + HALF);
    return '?';
}

unsigned char code_page_upper(enum code_page page, unsigned char letter)
{
    uint16_t wide = code_page_wide(page, letter);
    uint16_t upper = case_upper(wide);
    if (upper == wide)
        return letter;
    unsigned char narrow = code_page_narrow(page, upper);
    return narrow == '?' ? letter : narrow;
}
