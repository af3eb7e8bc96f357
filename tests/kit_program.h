/* kit_program.h - the program of the driver kit that a test is about. */
#ifndef TESTS_KIT_PROGRAM_H
#define TESTS_KIT_PROGRAM_H

#include "fuzz/kit/input_text.h"
#include "tests/expect.h"

#include <stdio.h>

static struct kit_input input;

/* `lines` without the first, which is always the same. */
static void parse(const char *lines)
{
    char text[1024];
    char error[KIT_ERROR_MAX];
    snprintf(text, sizeof text, "expool-kit v1\n%s", lines);
    if (!kit_parse(&input, text, error))
        ck_abort_msg("%s", error);
}

#endif
