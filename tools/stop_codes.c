#include "tools/stop_codes.h"

#include <stddef.h>
#include <strings.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

enum { STOP_VERIFIER = 0xC4, STOP_VERIFIER_LIVE = 0x1C4 };

const struct stop_code stop_codes[] = {
#define STOP(code, symbol, case_parameter, text) {code, symbol, case_parameter, text},
#define ARGS(code, first, second, third, fourth)
#include "tools/stop_codes.def"
#undef STOP
#undef ARGS
};
const unsigned stop_code_count = COUNT_OF(stop_codes);

static const struct {
    uint32_t code;
    const char *parameter[STOP_PARAMETERS];
} arguments[] = {
#define STOP(code, symbol, case_parameter, text)
#define ARGS(code, first, second, third, fourth) {code, {first, second, third, fourth}},
#include "tools/stop_codes.def"
#undef STOP
#undef ARGS
};

const struct stop_case stop_cases[] = {
#define CASE(code, number, checked_by, first, second, third, text)                                 \
    {code, number, checked_by, {first, second, third}, text},
#include "tools/stop_cases.def"
#include "tools/stop_cases_c4.def"
#include "tools/stop_cases_c4_more.def"
#undef CASE
};
const unsigned stop_case_count = COUNT_OF(stop_cases);

const struct stop_code *stop_code_find(uint32_t code)
{
    for (unsigned i = 0; i < stop_code_count; i++)
        if (stop_codes[i].code == code)
            return &stop_codes[i];
    return NULL;
}

bool stop_symbol_find(const char *symbol, uint32_t *code)
{
    for (unsigned i = 0; i < stop_code_count; i++) {
        *code = stop_codes[i].code;
        if (strcasecmp(stop_codes[i].symbol, symbol) == 0)
            return true;
    }
    for (unsigned i = 0; i < stop_name_count; i++) {
        *code = stop_names[i].code;
        if (strcasecmp(stop_names[i].symbol, symbol) == 0)
            return true;
    }
    return false;
}

const char *stop_symbol(uint32_t code)
{
    const struct stop_code *found = stop_code_find(code);
    if (found != NULL)
        return found->symbol;
    for (unsigned i = 0; i < stop_name_count; i++)
        if (stop_names[i].code == code)
            return stop_names[i].symbol;
    return NULL;
}

const struct stop_case *stop_case_find(uint32_t code, uint64_t number)
{
    uint32_t listed = code == STOP_VERIFIER_LIVE ? STOP_VERIFIER : code;
    for (unsigned i = 0; i < stop_case_count; i++)
        if (stop_cases[i].code == listed && stop_cases[i].number == number)
            return &stop_cases[i];
    return NULL;
}

const char *stop_parameter(const struct stop_code *code, const struct stop_case *which,
                           unsigned parameter)
{
    if (code->case_parameter == 0) {
        for (unsigned i = 0; i < COUNT_OF(arguments); i++)
            if (arguments[i].code == code->code)
                return arguments[i].parameter[parameter - 1];
        return "";
    }
    if (parameter == code->case_parameter)
        return which != NULL ? which->text : "the case";
    if (which == NULL)
        return "by case";
    return which->other[parameter - 1 - (parameter > code->case_parameter)];
}
