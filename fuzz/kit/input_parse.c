/* input_parse.c - from a text to an input. */
#include "fuzz/kit/input_text.h"
#include "fuzz/kit/words.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORD_MAX = 64, HEX = 16 };

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct reader {
    struct kit_input *input;
    const char *at;
    unsigned line;
    char *error;
};

__attribute__((format(printf, 2, 3))) static bool refuse(struct reader *reader, const char *format,
                                                         ...)
{
    va_list arguments;
    int length = snprintf(reader->error, KIT_ERROR_MAX, "line %u: ", reader->line);
    va_start(arguments, format);
    vsnprintf(reader->error + length, KIT_ERROR_MAX - (size_t)length, format, arguments);
    va_end(arguments);
    return false;
}

static void skip_blanks(struct reader *reader)
{
    reader->at += strspn(reader->at, " \t\r");
}

static bool at_end_of_line(struct reader *reader)
{
    skip_blanks(reader);
    return *reader->at == 0 || *reader->at == '\n' || *reader->at == '#';
}

static void next_line(struct reader *reader)
{
    reader->at += strcspn(reader->at, "\n");
    if (*reader->at == '\n')
        reader->at++;
    reader->line++;
}

/* Letters, digits and _. */
static bool take_word(struct reader *reader, char word[WORD_MAX])
{
    size_t length = 0;
    skip_blanks(reader);
    while (isalnum((unsigned char)reader->at[length]) || reader->at[length] == '_')
        length++;
    if (length == 0 || length >= WORD_MAX)
        return refuse(reader, "a word is expected at '%.16s'", reader->at);
    memcpy(word, reader->at, length);
    word[length] = 0;
    reader->at += length;
    return true;
}

static bool take_one_of(struct reader *reader, const char *const *words, unsigned count,
                        uint8_t *number)
{
    char word[WORD_MAX];
    unsigned best = 0;
    if (!take_word(reader, word))
        return false;
    for (unsigned i = 0; i < count; i++) {
        if (strcmp(word, words[i]) == 0) {
            *number = (uint8_t)i;
            return true;
        }
        if (kit_distance(word, words[i]) < kit_distance(word, words[best]))
            best = i;
    }
    return refuse(reader, "'%s' is not known here; '%s' is", word, words[best]);
}

static bool take_number(struct reader *reader, uint64_t *number)
{
    char *end;
    skip_blanks(reader);
    *number = strtoull(reader->at, &end, 0);
    if (end == reader->at || !isdigit((unsigned char)*reader->at))
        return refuse(reader, "a number is expected at '%.16s'", reader->at);
    reader->at = end;
    return true;
}

static bool take_fail(struct reader *reader)
{
    uint64_t which;
    skip_blanks(reader);
    if (!isdigit((unsigned char)*reader->at))
        return take_one_of(reader, kit_fail_words, COUNT(kit_fail_words), &reader->input->fail);
    if (!take_number(reader, &which))
        return false;
    if (which < 1 || which > KIT_WHICH_MAX)
        return refuse(reader, "fail: 1 to %d", KIT_WHICH_MAX);
    reader->input->fail = KIT_FAIL_ONE;
    reader->input->which = (uint8_t)which;
    return true;
}

static bool take_driver(struct reader *reader)
{
    skip_blanks(reader);
    size_t length = strlen(kit_driver_name());
    if (strncmp(reader->at, kit_driver_name(), length) != 0)
        return refuse(reader, "this is a program for '%.*s', not for '%s'",
                      (int)strcspn(reader->at, "\n"), reader->at, kit_driver_name());
    reader->at += length;
    return true;
}

static bool take_setting(struct reader *reader, const char *name)
{
    reader->at++; /* the colon */
    if (strcmp(name, "driver") == 0)
        return take_driver(reader);
    if (strcmp(name, "verify") == 0)
        return take_one_of(reader, kit_verify_words, COUNT(kit_verify_words),
                           &reader->input->verify);
    if (strcmp(name, "rules") == 0)
        return take_one_of(reader, kit_rules_words, COUNT(kit_rules_words), &reader->input->rules);
    if (strcmp(name, "fail") == 0)
        return take_fail(reader);
    return refuse(reader, "'%s:' is none of driver, verify, rules, fail", name);
}

static bool take_escape(struct reader *reader, uint8_t *byte)
{
    char digits[3] = {0};
    if (reader->at[1] == 'x' && isxdigit((unsigned char)reader->at[2]) &&
        isxdigit((unsigned char)reader->at[3])) {
        memcpy(digits, reader->at + 2, 2);
        *byte = (uint8_t)strtoul(digits, NULL, HEX);
        reader->at += 4;
        return true;
    }
    if (reader->at[1] != '"' && reader->at[1] != '\\')
        return refuse(reader, "after a backslash: x and two hexadecimal digits, \" or \\");
    *byte = (uint8_t)reader->at[1];
    reader->at += 2;
    return true;
}

static bool take_bytes(struct reader *reader, const struct kit_argument *argument,
                       struct kit_bytes *bytes)
{
    if (*reader->at++ != '"')
        return refuse(reader, "%s= takes \"bytes\"", argument->name);
    bytes->data = reader->input->data + reader->input->used;
    bytes->length = 0;
    while (*reader->at != '"') {
        uint8_t byte = (uint8_t)*reader->at;
        if (byte == 0 || byte == '\n')
            return refuse(reader, "%s=\" has no end", argument->name);
        if (byte != '\\')
            reader->at++;
        else if (!take_escape(reader, &byte))
            return false;
        if (bytes->length++ == argument->limit)
            return refuse(reader, "%s= takes up to %u bytes", argument->name, argument->limit);
        if (kit_input_keep(reader->input, &byte, 1) == NULL)
            return refuse(reader, "more bytes than a program holds");
    }
    reader->at++;
    return true;
}

static bool take_choice(struct reader *reader, const struct kit_argument *argument, uint64_t *at)
{
    char word[WORD_MAX];
    const char *candidate;
    if (!take_word(reader, word))
        return false;
    for (unsigned i = 0; i < kit_words_count(argument->words); i++) {
        size_t length = kit_word(argument->words, i, &candidate);
        if (length == strlen(word) && strncmp(word, candidate, length) == 0) {
            *at = i;
            return true;
        }
    }
    return refuse(reader, "%s= takes one of: %s", argument->name, argument->words);
}

static bool take_code(struct reader *reader, const struct kit_argument *argument, uint64_t *code)
{
    char word[WORD_MAX];
    const struct kit_codes *codes = kit_table_codes();
    char best[WORD_MAX] = "";
    if (!take_word(reader, word))
        return false;
    for (unsigned i = 0; i < codes->count; i++) {
        const char *text;
        char name[WORD_MAX];
        size_t length = kit_code_name(i, &text);
        snprintf(name, sizeof(name), "%.*s", (int)length, text);
        if (strcmp(word, name) == 0) {
            *code = codes->codes[i];
            return true;
        }
        if (best[0] == 0 || kit_distance(word, name) < kit_distance(word, best))
            memcpy(best, name, sizeof(best));
    }
    return refuse(reader, "%s=%s is none of the target's codes; %s is", argument->name, word, best);
}

static bool take_value(struct reader *reader, const struct kit_argument *argument,
                       struct kit_value *value)
{
    if (argument->kind == KIT_KIND_BYTES)
        return take_bytes(reader, argument, &value->bytes);
    if (argument->kind == KIT_KIND_CHOICE)
        return take_choice(reader, argument, &value->u64);
    if (argument->kind == KIT_KIND_IOCTL)
        return take_code(reader, argument, &value->u64);
    if (!take_number(reader, &value->u64))
        return false;
    unsigned bits = kit_argument_width(argument) * 8;
    bool fits = (bits == 64 || value->u64 >> bits == 0) &&
                kit_argument_settle(argument, value->u64) == value->u64;
    return fits ||
           refuse(reader, "%s=%llu does not fit", argument->name, (unsigned long long)value->u64);
}

static bool take_argument(struct reader *reader, struct kit_call *call)
{
    char name[WORD_MAX];
    if (!take_word(reader, name))
        return false;
    if (*reader->at++ != '=')
        return refuse(reader, "'=' is expected after '%s'", name);
    for (unsigned i = 0; i < call->operation->count; i++)
        if (strcmp(name, call->operation->arguments[i].name) == 0)
            return take_value(reader, &call->operation->arguments[i], &call->values[i]);
    return refuse(reader, "%s has no argument '%s'", call->operation->name, name);
}

static bool take_call(struct reader *reader, const char *name)
{
    if (reader->input->count == KIT_RECORDS_MAX)
        return refuse(reader, "more than %d operations", KIT_RECORDS_MAX);
    struct kit_call *call = &reader->input->calls[reader->input->count];
    *call = (struct kit_call){.operation = kit_table_find(name)};
    if (call->operation == NULL)
        return refuse(reader, "'%s' is no operation of this target; '%s' is", name,
                      kit_table_nearest(name));
    for (unsigned i = 0; i < call->operation->count; i++)
        if (call->operation->arguments[i].kind == KIT_KIND_IOCTL)
            call->values[i].u64 = kit_table_codes()->codes[0];
    while (!at_end_of_line(reader))
        if (!take_argument(reader, call))
            return false;
    reader->input->count++;
    return true;
}

static bool take_line(struct reader *reader)
{
    char word[WORD_MAX];
    if (at_end_of_line(reader))
        return true;
    if (!take_word(reader, word))
        return false;
    bool is_taken = *reader->at == ':' ? take_setting(reader, word) : take_call(reader, word);
    return is_taken &&
           (at_end_of_line(reader) || refuse(reader, "nothing is expected at '%.16s'", reader->at));
}

bool kit_is_text(const char *bytes, size_t length)
{
    static const char mark[] = "expool-kit ";
    return length >= sizeof(mark) - 1 && memcmp(bytes, mark, sizeof(mark) - 1) == 0;
}

bool kit_parse(struct kit_input *input, const char *text, char error[KIT_ERROR_MAX])
{
    static const char first[] = "expool-kit v1";
    struct reader reader = {input, text, 1, error};
    input->verify = 0;
    input->rules = 0;
    input->fail = 0;
    input->which = 0;
    input->count = 0;
    input->used = 0;
    if (strncmp(text, first, sizeof(first) - 1) != 0)
        return refuse(&reader, "'%s' is expected", first);
    next_line(&reader);
    while (*reader.at != 0) {
        if (!take_line(&reader))
            return false;
        next_line(&reader);
    }
    return true;
}
