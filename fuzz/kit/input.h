/* input.h - a fuzz input of the kit as calls of operations: bytes, and what they mean. Every byte
 * string is an input; a short header means defaults, a trailing partial record is ignored.
 *
 *   header  | version 1 | verify 1 | rules 1 | fail 1 | which 1 | reserved 3 |
 *   record  | operation 1 | arguments 7 |     or     | data 1 | up to 7 bytes |      x 0 .. 256
 *
 * Numbers stand in the record in their order, little-endian; what does not fit, and byte strings,
 * come from the data records that follow: they say for which of the operation's byte strings they
 * are. Missing bytes are 0. */
#ifndef FUZZ_KIT_INPUT_H
#define FUZZ_KIT_INPUT_H

#include "fuzz/kit/table.h"

enum {
    KIT_VERSION = 1,
    KIT_HEADER_BYTES = 8,
    KIT_RECORD_BYTES = 8,
    KIT_RECORDS_MAX = 256,
    KIT_INPUT_BYTES_MAX = KIT_HEADER_BYTES + KIT_RECORDS_MAX * KIT_RECORD_BYTES,
    KIT_WHICH_MAX = 255,
};

enum kit_verify { KIT_VERIFY_END, KIT_VERIFY_START, KIT_VERIFY_EXACT, KIT_VERIFY_COUNT };
enum kit_rules { KIT_RULES_STANDARD, KIT_RULES_MEMORY, KIT_RULES_PLAIN, KIT_RULES_COUNT };
enum kit_fail { KIT_FAIL_EACH, KIT_FAIL_NONE, KIT_FAIL_ONE, KIT_FAIL_COUNT };

struct kit_call {
    const struct kit_operation *operation;
    struct kit_value values[KIT_ARGUMENTS_MAX];
};

struct kit_input {
    uint8_t verify;
    uint8_t rules;
    uint8_t fail;
    uint8_t which; /* of KIT_FAIL_ONE: the how-manieth call that asks for memory, from 1 */
    unsigned count;
    struct kit_call calls[KIT_RECORDS_MAX];
    size_t used;
    uint8_t data[KIT_RECORDS_MAX * KIT_PAYLOAD]; /* of byte strings */
};

void kit_decode(struct kit_input *input, const uint8_t *bytes, size_t length);
/* The canonical bytes; there is room for KIT_INPUT_BYTES_MAX. Returns their number. Calls that do
 * not fit are left out. */
size_t kit_encode(const struct kit_input *input, uint8_t *bytes);

/* Adds bytes to the input's own and returns where they are; NULL: no room. */
uint8_t *kit_input_keep(struct kit_input *input, const uint8_t *bytes, size_t length);

/* A number as the argument takes it: in its range. */
uint64_t kit_argument_settle(const struct kit_argument *argument, uint64_t value);

/* Words of a KIT_CHOICE: how many, and the one at `at`; its length. */
unsigned kit_words_count(const char *words);
size_t kit_word(const char *words, unsigned at, const char **word);

#endif
