#include "pool/option_row.h"

#include "pool/number.h"
#include "pool/os.h"
#include "pool/util.h"

#include <string.h>

enum {
    WORD_MAX = 64,
    MESSAGE_BYTES = 512,
    STDERR = 2,
    DECIMAL = 10,
    BEGIN_MIN = 3,
    LETTERS_PER_MISTAKE = 3
};

/* One "key=value", not terminated. */
struct pair {
    const char *key;
    size_t key_length;
    const char *value;
    size_t value_length;
};

static unsigned *word_of(struct options *set, const struct option_row *row)
{
    return (unsigned *)(void *)((char *)set + row->offset);
}

static uint64_t *number_of(struct options *set, const struct option_row *row)
{
    return (uint64_t *)(void *)((char *)set + row->offset);
}

/* Edit distance, for words of up to WORD_MAX letters; the nearest is what the user meant. */
static unsigned distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
    unsigned line[WORD_MAX + 1];
    a_length = a_length < WORD_MAX ? a_length : WORD_MAX;
    b_length = b_length < WORD_MAX ? b_length : WORD_MAX;
    for (unsigned j = 0; j <= b_length; j++)
        line[j] = j;
    for (unsigned i = 1; i <= a_length; i++) {
        unsigned diagonal = line[0];
        line[0] = i;
        for (unsigned j = 1; j <= b_length; j++) {
            unsigned best = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = line[j];
            best = best < line[j] + 1 ? best : line[j] + 1;
            line[j] = best < line[j - 1] + 1 ? best : line[j - 1] + 1;
        }
    }
    return line[b_length];
}

/* Up to every third letter is another, or it begins so. */
static bool is_close(const char *typed, size_t length, const char *word, size_t word_length)
{
    bool begins_so =
        length >= BEGIN_MIN && length <= word_length && memcmp(typed, word, length) == 0;
    return begins_so ||
           distance(typed, length, word, word_length) <= (length + 2) / LETTERS_PER_MISTAKE;
}

/* One word of "a|b=2|c" after the other; its number stands behind '=', or is its place. */
struct words {
    const char *next;
    const char *word;
    size_t length;
    uint64_t number;
};

static bool words_next(struct words *words)
{
    if (*words->next == 0)
        return false;
    words->number = words->word == NULL ? 0 : words->number + 1;
    words->word = words->next;
    size_t whole = strcspn(words->word, "|");
    words->length = strcspn(words->word, "|=");
    if (words->length < whole)
        (void)number_read(words->word + words->length + 1, words->word + whole, DECIMAL,
                          &words->number);
    words->next += whole + (words->word[whole] == '|');
    return true;
}

static void say(struct text *text)
{
    text_calm(text);
    os_write(STDERR, text->bytes, text->length);
}

static void add_short(struct text *text, const char *bytes, size_t length)
{
    text_add_bytes(text, bytes, length < WORD_MAX ? length : WORD_MAX);
}

static bool refuse_key(const struct pair *pair)
{
    char bytes[MESSAGE_BYTES];
    struct text text = TEXT_OVER(bytes);
    text_add(&text, "expool: unknown option '");
    add_short(&text, pair->key, pair->key_length);
    const char *nearest = option_row_nearest(pair->key, pair->key_length);
    text_add(&text, nearest != NULL ? "'; the nearest is '%s'" : "'", nearest);
    text_add(&text, " (EXPOOL_OPTIONS=help=1 lists all)\n");
    say(&text);
    return false;
}

/* What the row takes, behind "bad value 'x'; " or "no value; ". */
static void add_choices(struct text *text, const struct pair *pair, const struct option_row *row)
{
    struct words words = {.next = row->words};
    struct words nearest = words;
    unsigned best = ~0u;
    switch (row->kind) {
    case OPTION_IS_NUMBER:
        text_add(text, "a number from %lu to %lu\n", row->low, row->high);
        return;
    case OPTION_IS_TEXT:
        text_add(text, "at most %u bytes, in quotes when it holds ':' or blanks\n",
                 (unsigned)OPTION_TEXT_BYTES - 1);
        return;
    case OPTION_IS_BITS: text_add(text, "bits out of 0x%lx, or ", row->mask); break;
    case OPTION_IS_WORD: break;
    }
    text_add(text, "one of %s", row->words);
    while (pair->value_length > 0 && words_next(&words)) {
        unsigned far = distance(pair->value, pair->value_length, words.word, words.length);
        if (far < best) {
            best = far;
            nearest = words;
        }
    }
    if (nearest.word != NULL &&
        is_close(pair->value, pair->value_length, nearest.word, nearest.length)) {
        text_add(text, ", the nearest is '");
        text_add_bytes(text, nearest.word, nearest.length);
        text_add(text, "'");
    }
    text_add(text, "\n");
}

static bool refuse_value(const struct pair *pair, const struct option_row *row)
{
    char bytes[MESSAGE_BYTES];
    struct text text = TEXT_OVER(bytes);
    bool has_value = pair->value_length > 0;
    text_add(&text, "expool: option %s: %s", row->key, has_value ? "bad value '" : "no value");
    add_short(&text, pair->value, pair->value_length);
    text_add(&text, has_value ? "'; " : "; ");
    add_choices(&text, pair, row);
    say(&text);
    return false;
}

static bool find_word(const struct pair *pair, const struct option_row *row, uint64_t *number)
{
    struct words words = {.next = row->words};
    while (words_next(&words))
        if (words.length == pair->value_length &&
            memcmp(words.word, pair->value, words.length) == 0) {
            *number = words.number;
            return true;
        }
    return false;
}

static bool apply_word(struct options *set, const struct pair *pair, const struct option_row *row)
{
    uint64_t number;
    if (!find_word(pair, row, &number))
        return refuse_value(pair, row);
    *word_of(set, row) = (unsigned)number;
    return true;
}

static bool apply_number(struct options *set, const struct pair *pair, const struct option_row *row)
{
    uint64_t value;
    if (!number_read(pair->value, pair->value + pair->value_length, DECIMAL, &value) ||
        value < row->low || value > row->high)
        return refuse_value(pair, row);
    *number_of(set, row) = value;
    return true;
}

static bool apply_bits(struct options *set, const struct pair *pair, const struct option_row *row)
{
    uint64_t bits;
    bool is_number = number_read(pair->value, pair->value + pair->value_length, DECIMAL, &bits);
    if ((!is_number && !find_word(pair, row, &bits)) || (bits & ~row->mask) != 0)
        return refuse_value(pair, row);
    *number_of(set, row) = bits;
    return true;
}

static bool apply_bytes(struct options *set, const struct pair *pair, const struct option_row *row)
{
    char *text = (char *)set + row->offset;
    if (pair->value_length >= OPTION_TEXT_BYTES)
        return refuse_value(pair, row);
    memset(text, 0, OPTION_TEXT_BYTES); /* sets of options are compared whole */
    memcpy(text, pair->value, pair->value_length);
    return true;
}

typedef bool apply_value(struct options *set, const struct pair *pair,
                         const struct option_row *row);

static bool apply_pair(struct options *set, const struct pair *pair, const struct option_row *row)
{
    static apply_value *const apply[] = {
        [OPTION_IS_WORD] = apply_word,
        [OPTION_IS_NUMBER] = apply_number,
        [OPTION_IS_BITS] = apply_bits,
        [OPTION_IS_TEXT] = apply_bytes,
    };
    return apply[row->kind](set, pair, row);
}

static bool is_separator(char character)
{
    return character == ':' || character == ',' || character == ' ' || character == '\t' ||
           character == '\n';
}

/* "key=" of an option begins here. */
static bool is_pair(const char *at)
{
    size_t length = strcspn(at, "=:, \t\n");
    return at[length] == '=' && option_row_find(at, length) != NULL;
}

/* "a,b" unless another option follows, and "fd:3": no option begins with a digit. */
static bool is_part_of_text(const char *at)
{
    return (*at == ',' && !is_pair(at + 1)) || (*at == ':' && at[1] >= '0' && at[1] <= '9');
}

/* Where the value at `at` ends. */
static const char *value_end(const char *at, bool is_text)
{
    while (*at != 0 && (!is_separator(*at) || (is_text && is_part_of_text(at))))
        at++;
    return at;
}

/* Takes the value off `*text`: between quotes anything may stand. */
static void read_value(const char **text, struct pair *pair, bool is_text)
{
    const char quote = **text;
    const char *closing = quote == '\'' || quote == '"' ? strchr(*text + 1, quote) : NULL;
    if (closing != NULL) {
        pair->value = *text + 1;
        pair->value_length = (size_t)(closing - pair->value);
        *text = closing + 1;
        return;
    }
    pair->value = *text;
    *text = value_end(*text, is_text);
    pair->value_length = (size_t)(*text - pair->value);
}

bool option_apply_text(struct options *set, const char *text, option_applied *applied,
                       void *context)
{
    bool accepted = true;
    while (text != NULL && *text != 0) { /* defaults of the program may be none */
        if (is_separator(*text)) {
            text++;
            continue;
        }
        struct pair pair = {.key = text};
        text += strcspn(text, "=:, \t\n");
        pair.key_length = (size_t)(text - pair.key);
        const struct option_row *row = option_row_find(pair.key, pair.key_length);
        text += *text == '=';
        read_value(&text, &pair, row != NULL && row->kind == OPTION_IS_TEXT);
        bool is_taken = row == NULL ? refuse_key(&pair) : apply_pair(set, &pair, row);
        if (is_taken && applied != NULL)
            applied(row, context);
        accepted = is_taken && accepted;
    }
    return accepted;
}

const char *option_row_nearest(const char *key, size_t length)
{
    const char *nearest = option_rows[0].key;
    unsigned best = ~0u;
    for (unsigned i = 0; i < option_row_count; i++) {
        unsigned far = distance(key, length, option_rows[i].key, strlen(option_rows[i].key));
        if (far < best) {
            best = far;
            nearest = option_rows[i].key;
        }
    }
    return is_close(key, length, nearest, strlen(nearest)) ? nearest : NULL;
}
