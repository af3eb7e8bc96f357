#include "fuzz/replay/calls_now.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

_Thread_local bool calls_is_on;
struct calls_now now;

static struct calls *initial; /* what was called before any program */

struct calls *calls_new(void)
{
    void *memory =
        mmap(NULL, sizeof(struct calls), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        perror("replay: memory for a record");
        return NULL;
    }
    return memory;
}

void calls_delete(struct calls *record)
{
    (void)munmap(record, sizeof *record);
}

void calls_gap(const char *why)
{
    if (now.record->gap == NULL)
        now.record->gap = why;
}

void calls_write(const char *format, ...)
{
    va_list arguments;
    struct calls *record = now.record;
    size_t room = CALLS_TEXT_BYTES - record->length;
    va_start(arguments, format);
    int length = vsnprintf(record->text + record->length, room, format, arguments);
    va_end(arguments);
    if (length < 0 || (size_t)length >= room)
        calls_gap("more was called than there is room for");
    else
        record->length += (size_t)length;
}

void calls_start(struct calls *record)
{
    memset(&now, 0, sizeof now);
    calls_blocks_clear();
    record->length = 0;
    record->text[0] = 0;
    now.record = record;
    now.last_block = -1;
    calls_is_on = true;
    if (initial != NULL && initial != record)
        calls_write("%s", initial->text);
}

void calls_next_turn(void)
{
    calls_blocks_clear();
    now.last_block = -1;
}

void calls_start_first(void)
{
    initial = calls_new();
    if (initial != NULL)
        calls_start(initial);
}

void calls_stop(void)
{
    calls_is_on = false;
}

void calls_add(const char *format, ...)
{
    va_list arguments;
    size_t room = sizeof now.statement - now.at;
    if (now.nested > 0)
        return;
    va_start(arguments, format);
    int length = vsnprintf(now.statement + now.at, room, format, arguments);
    va_end(arguments);
    now.at += length > 0 && (size_t)length < room ? (size_t)length : 0;
}

void calls_saw(struct calls_conditions *conditions, const char *format, ...)
{
    va_list arguments;
    size_t room = sizeof conditions->text - conditions->at;
    va_start(arguments, format);
    int length = vsnprintf(conditions->text + conditions->at, room, format, arguments);
    va_end(arguments);
    if (length > 0 && (size_t)length < room)
        conditions->at += (size_t)length;
    else
        calls_gap("more was seen than there is room for");
}

void calls_write_operation(void)
{
    if (now.operation[0] != 0)
        calls_write("\n    /* %s */\n    begin(\"%s\");\n", now.operation, now.operation);
    now.operation[0] = 0;
}

/* "p[3] + 16"; an object for what lies behind none. */
void calls_print_pointer(char *to, size_t capacity, uintptr_t value)
{
    int number = calls_block_of(value);
    if (value < HEX_FROM) {
        (void)snprintf(to, capacity, "(void *)%#" PRIxPTR, value);
        return;
    }
    if (number >= 0) {
        ptrdiff_t offset = (ptrdiff_t)(value - calls_block_at((unsigned)number)->address);
        (void)snprintf(to, capacity, offset == 0 ? "p[%d]" : "(p[%d] %c %td)", number,
                       offset < 0 ? '-' : '+', offset < 0 ? -offset : offset);
        return;
    }
    unsigned i = 0;
    while (i < now.record->objects && now.objects[i] != value)
        i++;
    if (i == CALLS_OBJECTS) {
        calls_gap("more objects than there is room for");
        i = 0;
    }
    if (i == now.record->objects)
        now.objects[now.record->objects++] = value;
    (void)snprintf(to, capacity, "(void *)object[%u]", i);
}
