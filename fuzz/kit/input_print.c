/* input_print.c - from an input to its text. */
#include "fuzz/kit/input_text.h"
#include "fuzz/kit/words.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct page {
    char *text;
    size_t length;
    size_t capacity;
};

__attribute__((format(printf, 2, 3))) static void put(struct page *page, const char *format, ...)
{
    va_list arguments;
    size_t room = page->capacity - page->length;
    va_start(arguments, format);
    int length = vsnprintf(page->text + page->length, room, format, arguments);
    va_end(arguments);
    if (length > 0)
        page->length += (size_t)length < room ? (size_t)length : room - 1;
}

static bool is_plain(uint8_t byte)
{
    return byte >= ' ' && byte < 0x7f && byte != '"' && byte != '\\';
}

static void put_bytes(struct page *page, struct kit_bytes bytes)
{
    put(page, "\"");
    for (size_t i = 0; i < bytes.length; i++)
        if (is_plain(bytes.data[i]))
            put(page, "%c", bytes.data[i]);
        else
            put(page, "\\x%02x", bytes.data[i]);
    put(page, "\"");
}

static void put_value(struct page *page, const struct kit_argument *argument,
                      const struct kit_value *value)
{
    const char *word;
    if (argument->kind == KIT_KIND_BYTES) {
        put_bytes(page, value->bytes);
    } else if (argument->kind == KIT_KIND_CHOICE) {
        size_t length = kit_word(argument->words, (unsigned)value->u64, &word);
        put(page, "%.*s", (int)length, word);
    } else if (argument->kind == KIT_KIND_IOCTL) {
        size_t length = kit_code_name((unsigned)kit_code_find((uint32_t)value->u64), &word);
        put(page, "%.*s", (int)length, word);
    } else {
        put(page, "%" PRIu64, value->u64);
    }
}

size_t kit_print_call(const struct kit_call *call, char *text, size_t capacity)
{
    struct page page = {text, 0, capacity};
    put(&page, "%s", call->operation->name);
    for (unsigned i = 0; i < call->operation->count; i++) {
        put(&page, " %s=", call->operation->arguments[i].name);
        put_value(&page, &call->operation->arguments[i], &call->values[i]);
    }
    return page.length;
}

size_t kit_print_header(const struct kit_input *input, char *text, size_t capacity)
{
    struct page page = {text, 0, capacity};
    put(&page, "expool-kit v%d\ndriver: %s\nverify: %s\nrules: %s\nfail: ", KIT_VERSION,
        kit_driver_name(), kit_verify_words[input->verify], kit_rules_words[input->rules]);
    if (input->fail == KIT_FAIL_ONE)
        put(&page, "%u\n", input->which);
    else
        put(&page, "%s\n", kit_fail_words[input->fail]);
    return page.length;
}

size_t kit_print(const struct kit_input *input, char *text, size_t capacity)
{
    size_t length = kit_print_header(input, text, capacity);
    for (unsigned i = 0; i < input->count && length + 1 < capacity; i++) {
        length += kit_print_call(&input->calls[i], text + length, capacity - length - 1);
        text[length++] = '\n';
        text[length] = 0;
    }
    return length;
}
