#include "fuzz/replay/calls_now.h"

#include <stdio.h>
#include <string.h>

void calls_write_change(const struct calls_change *change)
{
    calls_write_operation();
    if (change->is_fill) {
        calls_write("    fill(p[%u], %td, %zu, %u);\n", change->number, change->from,
                    change->length, change->seed);
        return;
    }
    for (size_t i = 0; i < change->length; i++)
        calls_write("    flip(p[%u], %td, 0x%02x);\n", change->number, change->from + (ptrdiff_t)i,
                    (unsigned)(change->bytes[i] ^ change->before[i]));
}

/* Contents are looked at before the call that frees them. */
void calls_write_looks(unsigned number)
{
    const struct calls_block *block = calls_block_at(number);
    for (unsigned i = 0; i < block->fill_count; i++)
        calls_write("    look_at(p[%u], %zu, %zu, %u);\n", number, block->fills[i].from,
                    block->fills[i].length, block->fills[i].seed);
    now.has_looked |= block->fill_count > 0;
}

void calls_begin(const char *name)
{
    now.nested += now.is_open;
    if (now.is_open)
        return;
    calls_blocks_changes(calls_write_change);
    calls_write_operation();
    now.at = 0;
    now.arguments = 0;
    now.frees = strstr(name, "Free") != NULL;
    calls_add("%s(", name);
}

void calls_begin_look(const char *name)
{
    if (now.is_open)
        return;
    now.at = 0;
    now.arguments = 0;
    now.frees = false;
    calls_add("%s(", name);
}

static void separate(void)
{
    calls_add(now.arguments++ > 0 ? ", " : "");
}

void calls_number(uint64_t value)
{
    separate();
    calls_add(value < HEX_FROM ? "%" PRIu64 : "%#" PRIx64, value);
}

void calls_signed(int64_t value)
{
    if (value >= 0) {
        calls_number((uint64_t)value);
        return;
    }
    separate();
    calls_add("%" PRId64, value);
}

void calls_pointer(const volatile void *value)
{
    char text[64] = "NULL";
    int number = now.frees && now.nested == 0 ? calls_block_of((uintptr_t)value) : -1;
    if (value != NULL)
        calls_print_pointer(text, sizeof text, (uintptr_t)value);
    if (number >= 0 && calls_block_at((unsigned)number)->address == (uintptr_t)value)
        calls_write_looks((unsigned)number);
    calls_word(text);
}

void calls_text(const char *value)
{
    separate();
    calls_add("\"%s\"", value);
}

void calls_word(const char *word)
{
    separate();
    calls_add("%s", word);
}

/* True when the call that came back was made within the one that is recorded. */
static bool was_nested(void)
{
    bool is_nested = now.nested > 0;
    now.nested -= is_nested;
    return is_nested;
}

/* Written before the call, which may be the last. */
void calls_end(void)
{
    if (now.is_open)
        return;
    now.is_open = true;
    calls_write("    %s);\n", now.statement);
}

/* The statement that was written last, written again with something around it. */
void calls_rewrite(const char *before, const char *behind)
{
    now.record->length -= strlen("    ") + strlen(now.statement) + strlen(");\n");
    calls_write("    %s%s)%s;\n", before, now.statement, behind);
}

static void close_statement(void)
{
    now.is_open = false;
    calls_blocks_look();
}

void calls_done(void)
{
    if (was_nested())
        return;
    close_statement();
}

/* Kept aside: only what is wrong in the end looks at it. */
void calls_returned(uint64_t value)
{
    if (was_nested())
        return;
    if (now.value_count < CALLS_VALUES)
        now.values[now.value_count++] = (struct calls_value){
            now.record->length - strlen(now.statement) - strlen(");\n"), value};
    close_statement();
}

/* Of a routine that changes nothing: asked again in the end, when it was the last to be asked. */
void calls_looked(const char *call, uint64_t value)
{
    if (now.is_open)
        return;
    now.filled.at = 0;
    calls_saw(&now.filled, "    note((uint64_t)%s == %#" PRIx64 ");\n", call, value);
}

void calls_looked_text(const char *call, const char *value)
{
    if (now.is_open)
        return;
    now.filled.at = 0;
    calls_saw(&now.filled, "    note(%s %s NULL);\n", call, value == NULL ? "==" : "!=");
}

static void count_blocks(void)
{
    if (now.record->blocks < calls_block_count())
        now.record->blocks = calls_block_count();
}

void calls_returned_pointer(const void *value, uint64_t size)
{
    if (was_nested())
        return;
    char text[32];
    int number = calls_block_add(value, size);
    if (number < 0) {
        calls_gap("more blocks than there is room for");
        number = 0;
    }
    (void)snprintf(text, sizeof text, "p[%d] = ", number);
    calls_rewrite(text, "");
    now.last_block = number;
    count_blocks();
    calls_saw(&now.returned, "    note(p[%d] %s NULL);\n", number, value == NULL ? "==" : "!=");
    close_statement();
}

void calls_returned_handle(const void *value)
{
    if (was_nested())
        return;
    char text[32];
    int number = calls_block_add_handle(value);
    if (number < 0) {
        calls_gap("more blocks than there is room for");
        number = 0;
    }
    (void)snprintf(text, sizeof text, "p[%d] = ", number);
    calls_rewrite(text, "");
    count_blocks();
    close_statement();
}

void calls_returned_any(bool is_there)
{
    if (was_nested())
        return;
    calls_rewrite("any = ", "");
    calls_saw(&now.returned, "    note(any %s NULL);\n", is_there ? "!=" : "==");
    close_statement();
}

/* The parameters of ExAllocatePool3, as an object's bytes. */
void calls_parameters(const void *parameters, uint32_t count)
{
    const uint64_t *words = parameters;
    char text[64] = "NULL";
    if (parameters != NULL)
        calls_print_pointer(text, sizeof text, (uintptr_t)parameters);
    for (uint32_t i = 0; parameters != NULL && i < count * 2; i++)
        calls_write("    put(%s, %u, %#" PRIx64 ");\n", text, i, words[i]);
    calls_word(text);
}

/* The same of one that fills a structure. */
void calls_filled(const void *structure, size_t length)
{
    char text[64];
    if (now.is_open)
        return;
    calls_print_pointer(text, sizeof text, (uintptr_t)structure);
    now.filled.at = 0;
    calls_saw(&now.filled, "    %s);\n", now.statement);
    for (size_t i = 0; i + sizeof(uint64_t) <= length; i += sizeof(uint64_t)) {
        uint64_t word;
        memcpy(&word, (const char *)structure + i, sizeof word);
        calls_saw(&now.filled, "    note(word(%s, %zu) == %#" PRIx64 ");\n", text, i / sizeof word,
                  word);
    }
}
