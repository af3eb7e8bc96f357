#include "verifier/archive.h"

#include "pool/os.h"
#include "pool/util.h"

#include <string.h>

enum { RING_BYTES_MIN = 4 * ARCHIVE_BYTES_MAX, VARINT_BITS = 7, KIND_SHIFT = 40 };

/* What a slot is about, in the order of the bits. */
enum field {
    FIELD_KIND, /* the word behind the size, without the fill */
    FIELD_SIZE,
    FIELD_TAG,
    FIELD_ALLOCATED_STACK,
    FIELD_FREED_STACK,
    FIELD_THREADS,
    FIELD_MS,
    FIELD_NUMBER,
    FIELDS,
};

struct record {
    uint64_t field[FIELDS];
};

static struct {
    unsigned char *bytes;
    uint64_t size;
    _Atomic uint64_t end; /* where the next goes, counted from the first ever */
} ring;

bool archive_start(size_t bytes)
{
    if (ring.bytes != NULL)
        return true;
    bytes = round_up(bytes < RING_BYTES_MIN ? RING_BYTES_MIN : bytes, PAGE_BYTES);
    ring.bytes = os_table(bytes);
    ring.size = bytes;
    return ring.bytes != NULL;
}

static struct record record_of(const struct slot *slot)
{
    struct slot_facts facts = slot_facts(slot);
    uint64_t size_bytes = facts.size_bytes;
    facts.size_bytes = 0;
    facts.fill = 0;
    struct record record = {{
        [FIELD_KIND] = slot_word_of(facts) >> KIND_SHIFT,
        [FIELD_SIZE] = size_bytes,
        [FIELD_TAG] = SLOT_READ(slot->tag),
        [FIELD_ALLOCATED_STACK] = SLOT_READ(slot->allocated_stack),
        [FIELD_FREED_STACK] = SLOT_READ(slot->freed_stack),
        [FIELD_THREADS] =
            (uint64_t)SLOT_READ(slot->thread_allocated) << 16 | SLOT_READ(slot->thread_freed),
        [FIELD_MS] = SLOT_READ(slot->allocated_ms),
        [FIELD_NUMBER] = SLOT_READ(slot->number),
    }};
    return record;
}

static void put_in_slot(struct slot *slot, const struct record *record)
{
    struct slot_facts facts = slot_facts_of(record->field[FIELD_KIND] << KIND_SHIFT);
    facts.size_bytes = record->field[FIELD_SIZE] & SLOT_SIZE_MAX;
    SLOT_WRITE(slot->tag, (uint32_t)record->field[FIELD_TAG]);
    SLOT_WRITE(slot->allocated_stack, (stack_id)record->field[FIELD_ALLOCATED_STACK]);
    SLOT_WRITE(slot->freed_stack, (stack_id)record->field[FIELD_FREED_STACK]);
    SLOT_WRITE(slot->thread_allocated, (uint16_t)(record->field[FIELD_THREADS] >> 16));
    SLOT_WRITE(slot->thread_freed, (uint16_t)record->field[FIELD_THREADS]);
    SLOT_WRITE(slot->allocated_ms, (uint32_t)record->field[FIELD_MS]);
    SLOT_WRITE(slot->number, (uint32_t)record->field[FIELD_NUMBER]);
    slot_set(slot, facts);
}

/* The next slot's number is expected one higher: then it differs in nothing. */
static struct record expected_after(const struct record *record)
{
    struct record next = *record;
    next.field[FIELD_NUMBER] = (uint32_t)(record->field[FIELD_NUMBER] + 1);
    return next;
}

static unsigned char *put_number(unsigned char *at, uint64_t number)
{
    for (; number >> VARINT_BITS != 0; number >>= VARINT_BITS)
        *at++ = (unsigned char)(0x80 | (number & 0x7f));
    *at++ = (unsigned char)number;
    return at;
}

static const unsigned char *get_number(const unsigned char *at, const unsigned char *end,
                                       uint64_t *number)
{
    *number = 0;
    for (unsigned shift = 0; at < end && shift < 64; shift += VARINT_BITS) {
        *number |= (uint64_t)(*at & 0x7f) << shift;
        if ((*at++ & 0x80) == 0)
            break;
    }
    return at;
}

/* Small differences either way become small numbers. */
static uint64_t difference(uint64_t from, uint64_t to)
{
    int64_t change = (int64_t)(to - from);
    return ((uint64_t)change << 1) ^ (change < 0 ? UINT64_MAX : 0);
}

static uint64_t changed(uint64_t from, uint64_t difference)
{
    return from + ((difference >> 1) ^ (0 - (difference & 1)));
}

static unsigned char *put_record(unsigned char *at, const struct record *expected,
                                 const struct record *record)
{
    unsigned char *mask = at++;
    *mask = 0;
    for (unsigned i = 0; i < FIELDS; i++) {
        if (LIKELY(record->field[i] == expected->field[i]))
            continue;
        *mask = (unsigned char)(*mask | 1u << i);
        at = put_number(at, difference(expected->field[i], record->field[i]));
    }
    return at;
}

static const unsigned char *get_record(const unsigned char *at, const unsigned char *end,
                                       struct record *record)
{
    unsigned mask = at < end ? *at++ : 0;
    for (unsigned i = 0; i < FIELDS; i++) {
        uint64_t number = 0;
        if ((mask & 1u << i) == 0)
            continue;
        at = get_number(at, end, &number);
        record->field[i] = changed(record->field[i], number);
    }
    return at;
}

/* A stretch of the ring that does not run over its end. */
static uint64_t take_place(size_t length)
{
    for (;;) {
        uint64_t place = atomic_fetch_add(&ring.end, length);
        if (place % ring.size + length <= ring.size)
            return place;
    }
}

uint64_t archive_put(const struct slot *slots, unsigned char *scratch)
{
    struct record expected = {{0}};
    unsigned char *at = scratch;
    if (ring.bytes == NULL)
        return 0;
    for (unsigned i = 0; i < ARCHIVE_SLOTS; i++) {
        struct record record = record_of(&slots[i]);
        at = put_record(at, &expected, &record);
        expected = expected_after(&record);
    }
    size_t length = (size_t)(at - scratch);
    uint64_t place = take_place(length);
    memcpy(ring.bytes + place % ring.size, scratch, length);
    return place + 1;
}

static bool is_kept(uint64_t place)
{
    return atomic_load(&ring.end) - place <= ring.size;
}

bool archive_get(uint64_t handle, unsigned index, struct slot *slot)
{
    struct record record = {{0}};
    uint64_t place = handle - 1;
    if (handle == 0 || !is_kept(place))
        return false;
    const unsigned char *at = ring.bytes + place % ring.size;
    const unsigned char *end = ring.bytes + ring.size;
    for (unsigned i = 0; i <= index; i++) {
        if (i > 0)
            record = expected_after(&record);
        at = get_record(at, end, &record);
    }
    put_in_slot(slot, &record);
    return is_kept(place);
}

static void forget(struct slot *slot)
{
    static const struct record nothing;
    put_in_slot(slot, &nothing);
    slot_set_state(slot, SLOT_DEAD);
}

/* A place that is overwritten while it is read may say anything: nobody sees a block in it. */
bool archive_restore(uint64_t handle, struct slot *slots)
{
    struct record record = {{0}};
    uint64_t place = handle - 1;
    bool is_known = handle != 0 && is_kept(place);
    const unsigned char *at = ring.bytes + (is_known ? place % ring.size : 0);
    const unsigned char *end = ring.bytes + ring.size;
    for (unsigned i = 0; is_known && i < ARCHIVE_SLOTS; i++) {
        struct slot copy;
        at = get_record(at, end, &record);
        put_in_slot(&copy, &record);
        if (slot_is_takeable(&copy))
            put_in_slot(&slots[i], &record);
        else
            forget(&slots[i]);
        record = expected_after(&record);
    }
    if (is_known && is_kept(place))
        return true;
    for (unsigned i = 0; i < ARCHIVE_SLOTS; i++)
        forget(&slots[i]);
    return false;
}

uint64_t archive_bytes(void)
{
    return atomic_load(&ring.end);
}
