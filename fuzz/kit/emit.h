/* emit.h - an input as a C program: includes the target's own file and calls its operations. */
#ifndef FUZZ_KIT_EMIT_H
#define FUZZ_KIT_EMIT_H

#include "fuzz/kit/input.h"

#include <stdio.h>

void kit_emit(const struct kit_input *input, FILE *file);

#endif
