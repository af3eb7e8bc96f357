/* stop_codes.h - Windows' stop codes of pool and verifier: names, parameters, cases. Facts of
 * Microsoft's public documentation, told in our words. */
#ifndef TOOLS_STOP_CODES_H
#define TOOLS_STOP_CODES_H

#include <stdbool.h>
#include <stdint.h>

enum { STOP_PARAMETERS = 4 };

struct stop_code {
    uint32_t code;
    const char *symbol;      /* "BAD_POOL_CALLER" */
    unsigned case_parameter; /* 1 .. 4: which tells the case; 0: there are none */
    const char *text;
};

struct stop_case {
    uint32_t code;
    uint64_t number;
    const char *checked_by; /* "always", "pool tracking (0x8)"; "" where it is not the verifier's */
    const char *other[STOP_PARAMETERS - 1]; /* the other parameters, in order; "" is reserved */
    const char *text;
};

/* Every code that Windows names, made from expool/bugcodes.h and bugcheck.h. */
struct stop_name {
    uint32_t code;
    const char *symbol;
};

extern const struct stop_name stop_names[];
extern const unsigned stop_name_count;

extern const struct stop_code stop_codes[];
extern const unsigned stop_code_count;
extern const struct stop_case stop_cases[];
extern const unsigned stop_case_count;

/* NULL: there is none. */
const struct stop_code *stop_code_find(uint32_t code);

/* The code of a name, or the name of a code; false, NULL: nobody has it. */
bool stop_symbol_find(const char *symbol, uint32_t *code);
const char *stop_symbol(uint32_t code);

/* The case of a code; 0x1C4 has those of 0xC4. NULL: there is none. */
const struct stop_case *stop_case_find(uint32_t code, uint64_t number);

/* What parameter 1 .. 4 means; "" when it is reserved. `which` may be NULL. */
const char *stop_parameter(const struct stop_code *code, const struct stop_case *which,
                           unsigned parameter);

#endif
