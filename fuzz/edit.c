#include "fuzz/edit.h"

#include <string.h>

_Static_assert(PROGRAM_HEADER_BYTES % PROGRAM_RECORD_BYTES == 0, "whole records end evenly");

enum { HEADER = PROGRAM_HEADER_BYTES, RECORD = PROGRAM_RECORD_BYTES };

uint64_t edit_draw(struct mutation *mutation)
{
    uint64_t value = mutation->seed += UINT64_C(0x9e3779b97f4a7c15);
    value = (value ^ value >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    value = (value ^ value >> 27) * UINT64_C(0x94d049bb133111eb);
    return value ^ value >> 31;
}

unsigned edit_below(struct mutation *mutation, unsigned limit)
{
    return (unsigned)((edit_draw(mutation) >> 32) * limit >> 32);
}

bool edit_once_in(struct mutation *mutation, unsigned times)
{
    return edit_below(mutation, times) == 0;
}

unsigned edit_count(const struct mutation *mutation)
{
    return (unsigned)((mutation->length - HEADER) / RECORD);
}

unsigned edit_room(const struct mutation *mutation)
{
    return (unsigned)((mutation->capacity - mutation->length) / RECORD);
}

uint8_t *edit_record(const struct mutation *mutation, unsigned index)
{
    return mutation->bytes + HEADER + (size_t)index * RECORD;
}

unsigned edit_any_record(struct mutation *mutation)
{
    return edit_below(mutation, edit_count(mutation));
}

unsigned edit_any_gap(struct mutation *mutation)
{
    unsigned a = edit_below(mutation, edit_count(mutation) + 1);
    unsigned b = edit_below(mutation, edit_count(mutation) + 1);
    return a > b ? a : b;
}

void edit_open(struct mutation *mutation, unsigned at, unsigned count)
{
    uint8_t *from = edit_record(mutation, at);
    memmove(from + (size_t)count * RECORD, from, mutation->length - HEADER - (size_t)at * RECORD);
    mutation->length += (size_t)count * RECORD;
}

void edit_remove(struct mutation *mutation, unsigned at, unsigned count)
{
    uint8_t *to = edit_record(mutation, at);
    mutation->length -= (size_t)count * RECORD;
    memmove(to, to + (size_t)count * RECORD, mutation->length - HEADER - (size_t)at * RECORD);
}

void edit_make_room(struct mutation *mutation, unsigned count)
{
    unsigned room = edit_room(mutation);
    if (room < count && count - room <= edit_count(mutation))
        edit_remove(mutation, edit_below(mutation, edit_count(mutation) - (count - room) + 1),
                    count - room);
}

bool edit_make_whole(struct mutation *mutation)
{
    if (mutation->capacity < HEADER)
        return false;
    if (mutation->length < HEADER) {
        memset(mutation->bytes + mutation->length, 0, HEADER - mutation->length);
        mutation->length = HEADER;
    }
    mutation->length -= mutation->length % RECORD;
    return true;
}
