#include "fuzz/kit/input.h"

#include <string.h>

enum { BITS = 8 };

static bool is_data(uint8_t byte)
{
    return byte >= KIT_DATA_FIRST && byte <= KIT_DATA_LAST;
}

static unsigned place_of(uint8_t byte)
{
    return (unsigned)(byte - KIT_DATA_FIRST) / KIT_PAYLOAD;
}

static unsigned length_of(uint8_t byte)
{
    return (unsigned)(byte - KIT_DATA_FIRST) % KIT_PAYLOAD + 1;
}

size_t kit_word(const char *words, unsigned at, const char **word)
{
    for (; at > 0; at--)
        words += strcspn(words, " ") + 1;
    *word = words;
    return strcspn(words, " ");
}

unsigned kit_words_count(const char *words)
{
    unsigned count = 1;
    for (; *words != 0; words++)
        count += *words == ' ';
    return count;
}

uint64_t kit_argument_settle(const struct kit_argument *argument, uint64_t value)
{
    const struct kit_codes *codes = kit_table_codes();
    switch (argument->kind) {
    case KIT_KIND_HANDLE: return value % KIT_HANDLES;
    case KIT_KIND_SIZE: return value % ((uint64_t)argument->limit + 1);
    case KIT_KIND_CHOICE: return value % kit_words_count(argument->words);
    case KIT_KIND_IOCTL: return codes->codes[value % codes->count];
    case KIT_KIND_U8:
    case KIT_KIND_U16:
    case KIT_KIND_U32:
    case KIT_KIND_U64:
    case KIT_KIND_BYTES: break;
    }
    return value;
}

uint8_t *kit_input_keep(struct kit_input *input, const uint8_t *bytes, size_t length)
{
    uint8_t *at = input->data + input->used;
    if (length > sizeof(input->data) - input->used)
        return NULL;
    memcpy(at, bytes, length);
    input->used += length;
    return at;
}

/* The record of an operation and the data records behind it. */
struct group {
    const uint8_t *first;
    unsigned data; /* records */
};

/* Bytes of the numbers, one after the other; a missing one is 0. */
struct stream {
    struct group group;
    unsigned record; /* 0: the first */
    unsigned at;     /* in its payload */
};

static uint8_t stream_next(struct stream *stream)
{
    const uint8_t *record = stream->group.first + (size_t)stream->record * KIT_RECORD_BYTES;
    unsigned room = stream->record == 0 ? KIT_PAYLOAD : length_of(record[0]);
    if (stream->at < room)
        return record[1 + stream->at++];
    stream->at = 0;
    do {
        if (++stream->record > stream->group.data) {
            stream->record = stream->group.data + 1;
            return 0;
        }
        record += KIT_RECORD_BYTES;
    } while (place_of(record[0]) != KIT_PLACE_ARGUMENTS);
    return record[1 + stream->at++];
}

static uint8_t next_or_zero(struct stream *stream)
{
    return stream->record > stream->group.data ? 0 : stream_next(stream);
}

static void take_bytes(struct kit_input *input, struct group group, unsigned place,
                       struct kit_bytes *bytes, uint32_t limit)
{
    bytes->data = input->data + input->used;
    bytes->length = 0;
    for (unsigned i = 1; i <= group.data; i++) {
        const uint8_t *record = group.first + (size_t)i * KIT_RECORD_BYTES;
        size_t length = length_of(record[0]);
        if (place_of(record[0]) != place)
            continue;
        if (length > limit - bytes->length)
            length = limit - bytes->length;
        if (kit_input_keep(input, record + 1, length) == NULL)
            return;
        bytes->length += length;
    }
}

static void take_call(struct kit_input *input, struct group group)
{
    struct kit_call *call = &input->calls[input->count++];
    struct stream stream = {.group = group};
    unsigned place = 0;
    call->operation = kit_table_of_byte(group.first[0]);
    for (unsigned i = 0; i < call->operation->count; i++) {
        const struct kit_argument *argument = &call->operation->arguments[i];
        unsigned width = kit_argument_width(argument);
        uint64_t value = 0;
        call->values[i] = (struct kit_value){0};
        for (unsigned k = 0; k < width; k++)
            value |= (uint64_t)next_or_zero(&stream) << k * BITS;
        if (width > 0)
            call->values[i].u64 = kit_argument_settle(argument, value);
        else
            take_bytes(input, group, place++, &call->values[i].bytes, argument->limit);
    }
}

void kit_decode(struct kit_input *input, const uint8_t *bytes, size_t length)
{
    uint8_t header[KIT_HEADER_BYTES] = {KIT_VERSION};
    if (length > 0)
        memcpy(header, bytes, length < sizeof(header) ? length : sizeof(header));
    input->verify = header[1] % KIT_VERIFY_COUNT;
    input->rules = header[2] % KIT_RULES_COUNT;
    input->fail = header[3] % KIT_FAIL_COUNT;
    input->which = input->fail != KIT_FAIL_ONE ? 0 : header[4] == 0 ? 1 : header[4];
    input->count = 0;
    input->used = 0;
    size_t records = length < sizeof(header) ? 0 : (length - sizeof(header)) / KIT_RECORD_BYTES;
    if (records > KIT_RECORDS_MAX)
        records = KIT_RECORDS_MAX;
    for (size_t i = 0; i < records;) {
        struct group group = {bytes + sizeof(header) + i * KIT_RECORD_BYTES, 0};
        while (++i < records && is_data(group.first[(size_t)(group.data + 1) * KIT_RECORD_BYTES]))
            group.data++;
        if (kit_table_of_byte(group.first[0]) != NULL)
            take_call(input, group);
    }
}

/* What is written of a call: the numbers in one piece, then each byte string. */
struct sink {
    uint8_t *bytes;
    size_t records;
};

static void put_data(struct sink *sink, unsigned place, struct kit_bytes bytes)
{
    for (size_t at = 0; at < bytes.length; at += KIT_PAYLOAD) {
        size_t length = bytes.length - at < KIT_PAYLOAD ? bytes.length - at : KIT_PAYLOAD;
        uint8_t *record = sink->bytes + sink->records++ * KIT_RECORD_BYTES;
        memset(record, 0, KIT_RECORD_BYTES);
        record[0] = (uint8_t)(KIT_DATA_FIRST + place * KIT_PAYLOAD + length - 1);
        memcpy(record + 1, bytes.data + at, length);
    }
}

static size_t records_of(const struct kit_call *call)
{
    size_t numbers = 0;
    size_t records = 1;
    for (unsigned i = 0; i < call->operation->count; i++) {
        numbers += kit_argument_width(&call->operation->arguments[i]);
        records += (call->values[i].bytes.length + KIT_PAYLOAD - 1) / KIT_PAYLOAD;
    }
    return records + (numbers > KIT_PAYLOAD ? (numbers - 1) / KIT_PAYLOAD : 0);
}

static uint64_t number_written(const struct kit_argument *argument, uint64_t value)
{
    return argument->kind == KIT_KIND_IOCTL ? (uint64_t)kit_code_find((uint32_t)value) : value;
}

static void put_call(struct sink *sink, const struct kit_call *call)
{
    uint8_t numbers[KIT_ARGUMENTS_MAX * sizeof(uint64_t) + KIT_PAYLOAD] = {0};
    size_t length = 0;
    unsigned place = 0;
    for (unsigned i = 0; i < call->operation->count; i++) {
        const struct kit_argument *argument = &call->operation->arguments[i];
        uint64_t value = number_written(argument, call->values[i].u64);
        for (unsigned k = 0; k < kit_argument_width(argument); k++)
            numbers[length++] = (uint8_t)(value >> k * BITS);
    }
    uint8_t *record = sink->bytes + sink->records++ * KIT_RECORD_BYTES;
    record[0] = kit_table_byte(call->operation);
    memcpy(record + 1, numbers, KIT_PAYLOAD);
    if (length > KIT_PAYLOAD)
        put_data(sink, KIT_PLACE_ARGUMENTS,
                 (struct kit_bytes){numbers + KIT_PAYLOAD, length - KIT_PAYLOAD});
    for (unsigned i = 0; i < call->operation->count; i++)
        if (call->operation->arguments[i].kind == KIT_KIND_BYTES)
            put_data(sink, place++, call->values[i].bytes);
}

size_t kit_encode(const struct kit_input *input, uint8_t *bytes)
{
    const uint8_t header[KIT_HEADER_BYTES] = {KIT_VERSION, input->verify, input->rules, input->fail,
                                              input->which};
    struct sink sink = {bytes + KIT_HEADER_BYTES, 0};
    memcpy(bytes, header, sizeof(header));
    for (unsigned i = 0; i < input->count; i++) {
        if (sink.records + records_of(&input->calls[i]) > KIT_RECORDS_MAX)
            break;
        put_call(&sink, &input->calls[i]);
    }
    return KIT_HEADER_BYTES + sink.records * KIT_RECORD_BYTES;
}
