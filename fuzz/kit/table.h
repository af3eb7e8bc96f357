/* table.h - the operations of a target: rows that KIT_OP made, and which first byte of a record
 * means which.
 *   0x00 .. 0xdf  an operation: each has the bytes for which its name's hash is the highest, so
 *                 that a new operation takes a few from every other and renumbers none
 *   0xe0 .. 0xfb  data of the operation before: 4 places x 1 .. 7 bytes
 *   0xfc .. 0xff  nothing
 * Made once, before the first input. */
#ifndef FUZZ_KIT_TABLE_H
#define FUZZ_KIT_TABLE_H

#include "expool/kit.h"

enum {
    KIT_OPERATIONS_MAX = 96,
    KIT_OPERATION_BYTES = 0xe0,
    KIT_DATA_FIRST = 0xe0,
    KIT_DATA_LAST = 0xfb,
    KIT_PLACES = 4,
    KIT_PLACE_ARGUMENTS = 3, /* what of the other arguments does not fit the record */
    KIT_PAYLOAD = 7,         /* bytes of a record behind the first */
};

/* As the target calls it; "driver" when it does not. */
const char *kit_driver_name(void);

/* NULL, or one line that says what is wrong with the target. */
const char *kit_table_start(void);

unsigned kit_table_count(void);
const struct kit_operation *kit_table_row(unsigned at);
/* What the byte stands for; NULL: data, or nothing. */
const struct kit_operation *kit_table_of_byte(uint8_t byte);
/* The smallest byte that stands for it. */
uint8_t kit_table_byte(const struct kit_operation *operation);
/* NULL: none of that name. */
const struct kit_operation *kit_table_find(const char *name);
/* The name nearest to a wrong one. */
const char *kit_table_nearest(const char *name);

/* Edits from one word to the other. */
unsigned kit_distance(const char *one, const char *other);

/* Bytes that an argument takes in a record; 0: it is made of data. */
unsigned kit_argument_width(const struct kit_argument *argument);

/* Those of KIT_IOCTLS; none: {0}. */
const struct kit_codes *kit_table_codes(void);
/* The name of the code at `at`, as the target wrote it; its length. */
size_t kit_code_name(unsigned at, const char **name);
/* Where the code stands among them; -1: nowhere. */
int kit_code_find(uint32_t code);

#endif
