#include "verifier/select.h"

#include "pool/glob.h"
#include "pool/mix.h"
#include "pool/number.h"
#include "pool/os.h"
#include "pool/text.h"
#include "pool/util.h"
#include "verifier/extras.h"

#include <stdatomic.h>
#include <string.h>

enum { TAGS_MAX = 32, TAG_LETTERS = 4, STDERR = 2, LINE_BYTES = 512, DECIMAL = 10 };

enum selection_kind { SELECT_ALL, SELECT_NONE, SELECT_TAGS, SELECT_SIZES, SELECT_SAMPLE };

/* `letters` as typed, up to four, 0 behind the last. */
struct tag_pattern {
    char letters[TAG_LETTERS + 1];
};

struct selection {
    enum selection_kind kind;
    unsigned tags_count;
    struct tag_pattern tags[TAGS_MAX];
    size_t low_bytes;
    size_t high_bytes;
    uint64_t every;
    uint64_t seed;
    const struct selection *older;
};

static const struct selection everything = {.kind = SELECT_ALL};

/* One that was replaced stays: a thread may be looking at it. Who changes to and fro, as a fuzzer
 * does, gets those that were made before. */
static _Atomic(const struct selection *) in_force = &everything;
static _Atomic(const struct selection *) newest;

/* How many more allocations of this thread go by before the next sample. */
static _Thread_local struct {
    const struct selection *of;
    uint64_t random;
    uint64_t left;
} sample TLS_FAST;
static _Atomic uint64_t sampled_threads;

static bool read_sample(const char *at, struct selection *selection)
{
    selection->kind = SELECT_SAMPLE;
    return number_read(at, at + strlen(at), DECIMAL, &selection->every) && selection->every > 0 &&
           selection->every <= INT64_MAX;
}

/* "a-b", or one size. */
static bool read_sizes(const char *at, struct selection *selection)
{
    uint64_t low = 0;
    uint64_t high = 0;
    const char *end = at + strlen(at);
    const char *dash = at + strcspn(at, "-");
    selection->kind = SELECT_SIZES;
    if (!number_read(at, dash, DECIMAL, &low) ||
        !number_read(dash == end ? at : dash + 1, end, DECIMAL, &high))
        return false;
    selection->low_bytes = low;
    selection->high_bytes = high;
    return low <= high;
}

static bool read_tags(const char *at, struct selection *selection)
{
    selection->kind = SELECT_TAGS;
    while (*at != 0) {
        size_t length = strcspn(at, ";");
        if (length == 0 || length > TAG_LETTERS || selection->tags_count == TAGS_MAX)
            return false;
        memcpy(selection->tags[selection->tags_count++].letters, at, length);
        at += length + (at[length] == ';');
    }
    return selection->tags_count > 0;
}

static bool read_text(const char *text, struct selection *selection)
{
    static const struct {
        const char *prefix;
        bool (*read)(const char *at, struct selection *selection);
    } forms[] = {{"tag=", read_tags}, {"size=", read_sizes}, {"1/", read_sample}};
    if (strcmp(text, "all") == 0 || strcmp(text, "none") == 0) {
        selection->kind = text[0] == 'a' ? SELECT_ALL : SELECT_NONE;
        return true;
    }
    for (unsigned i = 0; i < COUNT_OF(forms); i++) {
        size_t length = strlen(forms[i].prefix);
        if (strncmp(text, forms[i].prefix, length) == 0)
            return forms[i].read(text + length, selection);
    }
    return false;
}

static bool refuse(const char *text)
{
    char bytes[LINE_BYTES];
    struct text line = TEXT_OVER(bytes);
    text_add(&line,
             "expool: option special_pool: bad value '%s'; all, none, tag=Ab*;Cd??, size=16-512 or "
             "1/500\n",
             text);
    text_calm(&line);
    os_write(STDERR, line.bytes, line.length);
    return false;
}

static bool is_same(const struct selection *a, const struct selection *b)
{
    return a->kind == b->kind && a->low_bytes == b->low_bytes && a->high_bytes == b->high_bytes &&
           a->every == b->every && a->seed == b->seed && a->tags_count == b->tags_count &&
           memcmp(a->tags, b->tags, sizeof a->tags) == 0;
}

/* One like it, made before or now; NULL: no memory. */
static const struct selection *keep(const struct selection *wanted)
{
    const struct selection *older = atomic_load(&newest);
    for (const struct selection *at = older; at != NULL; at = at->older)
        if (is_same(at, wanted))
            return at;
    struct selection *made = os_table(sizeof *made);
    if (made == NULL)
        return NULL;
    *made = *wanted;
    made->older = older;
    atomic_store(&newest, made);
    return made;
}

bool select_set(const char *text, uint64_t seed)
{
    struct selection wanted = {.seed = seed};
    if (!read_text(text, &wanted))
        return refuse(text);
    const struct selection *kept = keep(&wanted);
    if (kept == NULL)
        return false;
    atomic_store_explicit(&in_force, kept, memory_order_release);
    extras_set(EXTRA_SELECTS, kept->kind != SELECT_ALL);
    return true;
}

static bool takes_tag(const struct selection *selection, uint32_t tag)
{
    char letters[TAG_LETTERS]; /* as they lie in memory, which is how they are read aloud */
    size_t count = TAG_LETTERS;
    tag = tag_without_protection(tag);
    memcpy(letters, &tag, sizeof letters);
    while (count > 0 && (letters[count - 1] == 0 || letters[count - 1] == ' '))
        count--;
    for (unsigned i = 0; i < selection->tags_count; i++) {
        const char *pattern = selection->tags[i].letters;
        if (glob_fits_letters(pattern, strlen(pattern), letters, count))
            return true;
    }
    return false;
}

static uint64_t draw(void)
{
    sample.random += MIX_FACTOR;
    return mix(sample.random);
}

/* Gaps of 1 .. 2n-1, all alike: n on the average. */
static bool takes_sample(const struct selection *selection)
{
    if (UNLIKELY(sample.of != selection)) {
        sample.of = selection;
        sample.random = selection->seed + (atomic_fetch_add(&sampled_threads, 1) << 32);
        sample.left = 1 + draw() % (2 * selection->every - 1);
    }
    if (LIKELY(--sample.left > 0))
        return false;
    sample.left = 1 + draw() % (2 * selection->every - 1);
    return true;
}

bool select_takes(const struct request *request)
{
    const struct selection *selection = atomic_load_explicit(&in_force, memory_order_acquire);
    switch (selection->kind) {
    case SELECT_ALL: return true;
    case SELECT_TAGS: return takes_tag(selection, request->tag);
    case SELECT_SIZES:
        return request->size_bytes >= selection->low_bytes &&
               request->size_bytes <= selection->high_bytes;
    case SELECT_SAMPLE: return takes_sample(selection);
    case SELECT_NONE: break;
    }
    return false;
}
