/* input_text.h - an input as lines that a person reads, writes and reviews:
 *   expool-kit v1
 *   driver: object_table
 *   verify: end                       # end start exact: where in its page a block lies
 *   rules: standard                   # standard memory plain (no Force IRQL checking)
 *   fail: each                        # each none 3: which calls that ask for memory fail
 *   create h=0 size=16 name="abc\x00"
 * Numbers are decimal or 0x; `#` begins a comment. */
#ifndef FUZZ_KIT_INPUT_TEXT_H
#define FUZZ_KIT_INPUT_TEXT_H

#include "fuzz/kit/input.h"

enum { KIT_ERROR_MAX = 256 };

/* Each returns the length, cut to `capacity`, with a final 0. A call ends without a line end. */
size_t kit_print_header(const struct kit_input *input, char *text, size_t capacity);
size_t kit_print_call(const struct kit_call *call, char *text, size_t capacity);
size_t kit_print(const struct kit_input *input, char *text, size_t capacity);

/* False: `error` says where, what, and the nearest valid word. */
bool kit_parse(struct kit_input *input, const char *text, char error[KIT_ERROR_MAX]);

/* Does it begin as a text does? */
bool kit_is_text(const char *bytes, size_t length);

#endif
