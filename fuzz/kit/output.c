#include "fuzz/kit/output.h"

#include "fuzz/kit/finding.h"

#include <stdio.h>

enum { RUN_LEAST = 3, FILL_FIRST = 0x80, FILL_LAST = 0xBF, CLEARED_MAX = 64, SENTENCE_BYTES = 160 };

struct place {
    uint32_t what;
    size_t offset;
};

static struct {
    unsigned answers; /* of this run */
    bool is_again;
    bool is_suspected;
    unsigned answer; /* the suspected one */
    struct place place;
    uint8_t byte;
    struct place cleared[CLEARED_MAX];
    unsigned cleared_count;
} output;

static bool is_cleared(struct place place)
{
    for (unsigned i = 0; i < output.cleared_count; i++)
        if (output.cleared[i].what == place.what && output.cleared[i].offset == place.offset)
            return true;
    return output.cleared_count == CLEARED_MAX;
}

/* How many bytes from here on are the same and could be a fill. */
static size_t run_at(const uint8_t *bytes, size_t length)
{
    size_t run = 0;
    while (run < length && bytes[run] == bytes[0])
        run++;
    return bytes[0] >= FILL_FIRST && bytes[0] <= FILL_LAST ? run : 0;
}

static void suspect(uint32_t what, const uint8_t *bytes, size_t length)
{
    for (size_t at = 0; at + RUN_LEAST <= length && !output.is_suspected; at++) {
        struct place place = {what, at};
        if (run_at(bytes + at, length - at) < RUN_LEAST || is_cleared(place))
            continue;
        output.is_suspected = true;
        output.answer = output.answers;
        output.place = place;
        output.byte = bytes[at];
    }
}

static void judge(const uint8_t *bytes, size_t length)
{
    char sentence[SENTENCE_BYTES];
    size_t at = output.place.offset;
    size_t run = at < length ? run_at(bytes + at, length - at) : 0;
    if (run < RUN_LEAST || bytes[at] == output.byte)
        return;
    snprintf(sentence, sizeof(sentence),
             "bytes %zu to %zu of the %zu that the request brings were never written: the "
             "application sees what the pool held before",
             at, at + run - 1, length);
    kit_judge(true, "output-not-written", sentence);
}

void kit_output_begin(bool again)
{
    output.answers = 0;
    output.is_again = again;
    output.is_suspected = output.is_suspected && again;
}

void kit_output_look(uint32_t what, const uint8_t *bytes, size_t length)
{
    output.answers++;
    if (!output.is_again)
        suspect(what, bytes, length);
    else if (output.answers == output.answer && what == output.place.what)
        judge(bytes, length);
}

bool kit_output_is_suspected(void)
{
    return output.is_suspected;
}

void kit_output_clear(void)
{
    output.is_suspected = false;
    if (output.cleared_count < CLEARED_MAX)
        output.cleared[output.cleared_count++] = output.place;
}
