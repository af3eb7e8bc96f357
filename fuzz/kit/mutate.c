#include "fuzz/kit/mutate.h"

#include "fuzz/kit/input.h"

#include <string.h>

enum { STEPS_MAX = 4, BURST_MAX = 12, NEAR_HANDLES = 3, EDGE = 3 };
enum { SHORT_BYTES = 16, LONG_BYTES = 64, NUMBER_BYTES = 8 };
enum { SOURCE_TRIES = 6 };
enum { FIELD_BYTES = 4 }; /* and alignment, of what structures are made of */

/* An engine's own mutation of bytes, where there is an engine: it knows what was compared. */
extern size_t LLVMFuzzerMutate(uint8_t *bytes, size_t length, size_t capacity)
    __attribute__((weak));

static uint64_t state;

static uint32_t draw(uint32_t below)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)((state >> 16) % below);
}

static void seed_with(uint64_t seed)
{
    state = (seed + 1) * UINT64_C(0x9e3779b97f4a7c15);
    state ^= state >> 29;
    state |= 1;
}

static uint64_t edge_number(void)
{
    static const uint32_t edges[] = {0,    1,    2,    4,     8,     16,         24,
                                     32,   64,   100,  128,   255,   256,        512,
                                     1024, 4096, 8192, 65535, 65536, 0x7fffffff, 0xffffffff};
    uint64_t number = edges[draw(sizeof(edges) / sizeof(edges[0]))];
    uint32_t kind = draw(4);
    return kind == 0 ? number - 1 : kind == 1 ? number + 1 : number;
}

static uint64_t any_number(const struct kit_argument *argument)
{
    uint64_t value = ((uint64_t)draw(UINT32_MAX) << 32) ^ draw(UINT32_MAX);
    uint32_t kind = draw(8);
    if (argument->kind == KIT_KIND_HANDLE && kind < 6)
        return draw(NEAR_HANDLES);
    if (argument->kind == KIT_KIND_SIZE && kind < 3)
        return argument->limit - draw(EDGE < argument->limit ? EDGE : 1);
    if (argument->kind == KIT_KIND_CHOICE || argument->kind == KIT_KIND_IOCTL)
        return value >> 8;
    return kind < 3 ? edge_number() : kind < 6 ? draw(64) : value;
}

static uint64_t in_width(const struct kit_argument *argument, uint64_t value)
{
    unsigned bits = kit_argument_width(argument) * 8;
    return bits < 64 ? value & ((UINT64_C(1) << bits) - 1) : value;
}

static uint32_t new_length(uint32_t limit)
{
    switch (draw(limit > LONG_BYTES ? 60 : 6)) {
    case 0: return limit;
    case 1: return limit > 0 ? limit - 1 : 0;
    case 2: return 0;
    case 3: return draw(limit + 1);
    default: {
        uint32_t most = draw(3) == 0 ? LONG_BYTES : SHORT_BYTES;
        return draw((limit < most ? limit : most) + 1);
    }
    }
}

static uint8_t letter(uint32_t kind)
{
    uint32_t value = kind == 0 ? draw(256) : kind == 1 ? draw(4) : 'a' + draw(26);
    return (uint8_t)value;
}

/* Where one of so many fields begins. */
static size_t any_field(size_t count)
{
    return (size_t)draw((uint32_t)count) * FIELD_BYTES;
}

/* A length, a count, a handle: what structures are made of. */
static void put_field(uint8_t *field)
{
    uint64_t number = draw(3) == 0 ? edge_number() : draw(LONG_BYTES);
    memcpy(field, &number, FIELD_BYTES);
}

static void new_bytes(struct kit_input *input, uint32_t limit, struct kit_bytes *bytes)
{
    uint8_t data[KIT_BYTES_MAX];
    uint32_t length = new_length(limit < sizeof(data) ? limit : (uint32_t)sizeof(data));
    uint32_t kind = draw(5);
    for (uint32_t i = 0; i < length; i++)
        data[i] = letter(kind);
    for (uint32_t at = 0; kind == 4 && at + FIELD_BYTES <= length; at += FIELD_BYTES)
        put_field(data + at);
    uint8_t *at = kit_input_keep(input, data, length);
    if (at != NULL)
        *bytes = (struct kit_bytes){at, length};
}

static void change_bytes(struct kit_input *input, uint32_t limit, struct kit_bytes *bytes)
{
    uint8_t data[KIT_BYTES_MAX] = {0};
    uint32_t most = limit < sizeof(data) ? limit : (uint32_t)sizeof(data);
    size_t length = bytes->length < most ? bytes->length : most;
    memcpy(data, bytes->data, length);
    uint32_t kind = draw(7);
    if (kind == 0 && LLVMFuzzerMutate != NULL && length > 0) {
        length = LLVMFuzzerMutate(data, length, most);
    } else if (kind == 1) {
        length = new_length(most);
    } else if (kind == 6 && length >= FIELD_BYTES) {
        put_field(data + any_field(length / FIELD_BYTES));
    } else if (length > 0) {
        size_t at = draw((uint32_t)length);
        uint8_t byte = (uint8_t)(kind == 2 ? draw(256) : edge_number());
        data[at] = (uint8_t)(kind == 3 ? data[at] ^ 1u << draw(8) : byte);
    }
    uint8_t *at = kit_input_keep(input, data, length);
    if (at != NULL)
        *bytes = (struct kit_bytes){at, length};
}

/* A key, an address, a name: not what has few values anyway. */
static bool is_wide(const struct kit_argument *argument)
{
    return argument->kind == KIT_KIND_U16 || argument->kind == KIT_KIND_U32 ||
           argument->kind == KIT_KIND_U64 || argument->kind == KIT_KIND_BYTES;
}

struct source {
    const struct kit_argument *argument; /* NULL: none */
    const struct kit_value *value;
};

/* Of some call, one of the same name rather than another: it means the same. */
static struct source source_for(const struct kit_input *input, const struct kit_argument *wanted)
{
    struct source found = {NULL, NULL};
    for (unsigned tries = SOURCE_TRIES; tries > 0; tries--) {
        const struct kit_call *call = &input->calls[draw(input->count)];
        if (call->operation->count == 0)
            continue;
        unsigned i = draw(call->operation->count);
        const struct kit_argument *argument = &call->operation->arguments[i];
        if (!is_wide(argument))
            continue;
        found = (struct source){argument, &call->values[i]};
        if (strcmp(argument->name, wanted->name) == 0)
            break;
    }
    return found;
}

/* Up to 8 bytes: a number, or a field of a byte string. Returns how many. */
static size_t field_of(struct source source, uint8_t field[NUMBER_BYTES])
{
    memset(field, 0, NUMBER_BYTES);
    if (source.argument->kind != KIT_KIND_BYTES) {
        memcpy(field, &source.value->u64, NUMBER_BYTES);
        return kit_argument_width(source.argument);
    }
    struct kit_bytes bytes = source.value->bytes;
    size_t fields = (bytes.length + FIELD_BYTES - 1) / FIELD_BYTES;
    if (fields == 0)
        return 0;
    size_t at = any_field(fields);
    size_t left = bytes.length - at;
    size_t length = draw(4) == 0 ? NUMBER_BYTES : FIELD_BYTES;
    length = length < left ? length : left;
    memcpy(field, bytes.data + at, length);
    return length;
}

/* Writes the field over one of the bytes', or behind them where there is none. */
static void give_field(struct kit_input *input, uint32_t limit, struct kit_bytes *bytes,
                       const uint8_t *field, size_t length)
{
    uint8_t data[KIT_BYTES_MAX] = {0};
    size_t most = limit < sizeof(data) ? limit : sizeof(data);
    size_t kept = bytes->length < most ? bytes->length : most;
    memcpy(data, bytes->data, kept);
    size_t at = any_field(kept / FIELD_BYTES + 1);
    if (at + length > most)
        return;
    memcpy(data + at, field, length);
    size_t end = at + length > kept ? at + length : kept;
    const uint8_t *own = kit_input_keep(input, data, end);
    if (own != NULL)
        *bytes = (struct kit_bytes){own, end};
}

/* An argument takes what some call was given: keys, names and cookies mean something when they come
 * twice, which 32 random bits never do. */
static void borrow(struct kit_input *input, const struct kit_argument *argument,
                   struct kit_value *value)
{
    uint8_t field[NUMBER_BYTES];
    uint64_t number;
    if (input->count == 0)
        return;
    struct source source = source_for(input, argument);
    size_t length = source.argument != NULL ? field_of(source, field) : 0;
    if (length == 0)
        return;
    if (argument->kind == KIT_KIND_BYTES) {
        give_field(input, argument->limit, &value->bytes, field, length);
        return;
    }
    memcpy(&number, field, sizeof(number));
    value->u64 = kit_argument_settle(argument, in_width(argument, number));
}

static void new_call(struct kit_input *input, struct kit_call *call)
{
    *call = (struct kit_call){.operation = kit_table_row(draw(kit_table_count()))};
    for (unsigned i = 0; i < call->operation->count; i++) {
        const struct kit_argument *argument = &call->operation->arguments[i];
        if (argument->kind == KIT_KIND_BYTES)
            new_bytes(input, argument->limit, &call->values[i].bytes);
        else
            call->values[i].u64 =
                kit_argument_settle(argument, in_width(argument, any_number(argument)));
        if (is_wide(argument) && draw(4) == 0)
            borrow(input, argument, &call->values[i]);
    }
}

static void change_call(struct kit_input *input, struct kit_call *call)
{
    if (call->operation->count == 0)
        return;
    unsigned i = draw(call->operation->count);
    const struct kit_argument *argument = &call->operation->arguments[i];
    uint64_t value = call->values[i].u64;
    uint32_t kind = draw(4);
    if (is_wide(argument) && draw(4) == 0) {
        borrow(input, argument, &call->values[i]);
        return;
    }
    if (argument->kind == KIT_KIND_BYTES) {
        if (kind == 0)
            new_bytes(input, argument->limit, &call->values[i].bytes);
        else
            change_bytes(input, argument->limit, &call->values[i].bytes);
        return;
    }
    if (argument->kind == KIT_KIND_IOCTL || kind > 1)
        value = any_number(argument);
    else
        value = kind == 0 ? value + 1 : value - 1;
    call->values[i].u64 = kit_argument_settle(argument, in_width(argument, value));
}

static void insert(struct kit_input *input, unsigned at, const struct kit_call *call)
{
    if (input->count == KIT_RECORDS_MAX)
        return;
    memmove(&input->calls[at + 1], &input->calls[at], (input->count - at) * sizeof(*call));
    input->calls[at] = *call;
    input->count++;
}

static void erase(struct kit_input *input, unsigned at)
{
    input->count--;
    memmove(&input->calls[at], &input->calls[at + 1],
            (input->count - at) * sizeof(input->calls[0]));
}

/* The back more often than the front. */
static unsigned late_place(const struct kit_input *input)
{
    unsigned one = draw(input->count + 1);
    unsigned other = draw(input->count + 1);
    return one > other ? one : other;
}

static void insert_new(struct kit_input *input)
{
    struct kit_call call;
    new_call(input, &call);
    insert(input, late_place(input), &call);
}

static void change_header(struct kit_input *input)
{
    switch (draw(3)) {
    case 0: input->verify = (uint8_t)draw(KIT_VERIFY_COUNT); break;
    case 1: input->rules = (uint8_t)draw(KIT_RULES_COUNT); break;
    default:
        input->fail = (uint8_t)draw(KIT_FAIL_COUNT);
        input->which = input->fail == KIT_FAIL_ONE ? (uint8_t)(draw(16) + 1) : 0;
        break;
    }
}

static void change(struct kit_input *input)
{
    uint32_t kind = input->count == 0 ? 0 : draw(100);
    if (kind < 30) {
        insert_new(input);
    } else if (kind < 65) {
        change_call(input, &input->calls[draw(input->count)]);
    } else if (kind < 75) {
        struct kit_call copy = input->calls[draw(input->count)];
        insert(input, late_place(input), &copy);
    } else if (kind < 83) {
        erase(input, draw(input->count));
    } else if (kind < 88) {
        struct kit_call *one = &input->calls[draw(input->count)];
        struct kit_call *other = &input->calls[draw(input->count)];
        struct kit_call between = *one;
        *one = *other;
        *other = between;
    } else if (kind < 95) {
        for (unsigned i = draw(BURST_MAX); i > 0; i--)
            insert_new(input);
    } else {
        change_header(input);
    }
}

static size_t write_within(struct kit_input *input, uint8_t *bytes, size_t capacity)
{
    static uint8_t written[KIT_INPUT_BYTES_MAX];
    size_t length = kit_encode(input, written);
    while (length > capacity && input->count > 0) {
        erase(input, draw(input->count));
        length = kit_encode(input, written);
    }
    if (length > capacity)
        length = capacity;
    memcpy(bytes, written, length);
    return length;
}

size_t kit_mutate(uint8_t *bytes, size_t length, size_t capacity, uint64_t seed)
{
    static struct kit_input input;
    seed_with(seed);
    kit_decode(&input, bytes, length);
    if (length <= capacity)
        for (unsigned i = draw(STEPS_MAX) + 1; i > 0; i--)
            change(&input);
    else if (input.count > 0)
        erase(&input, draw(input.count));
    return write_within(&input, bytes, capacity);
}

size_t kit_cross(const uint8_t *const parents[2], const size_t lengths[2], uint8_t *child,
                 uint64_t seed)
{
    static struct kit_input one;
    static struct kit_input other;
    seed_with(seed);
    kit_decode(&one, parents[0], lengths[0]);
    kit_decode(&other, parents[1], lengths[1]);
    if (other.count == 0)
        return 0;
    one.count = draw(one.count + 1);
    for (unsigned i = draw(other.count); i < other.count; i++)
        insert(&one, one.count, &other.calls[i]);
    return kit_encode(&one, child);
}

size_t kit_generate(uint8_t *bytes, unsigned calls, uint64_t seed)
{
    static struct kit_input input;
    seed_with(seed);
    kit_decode(&input, NULL, 0);
    for (unsigned i = draw(calls) + 1; i > 0; i--)
        insert_new(&input);
    if (draw(4) == 0)
        change_header(&input);
    return kit_encode(&input, bytes);
}
