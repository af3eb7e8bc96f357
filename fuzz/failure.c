#include "fuzz/failure.h"

#include "fuzz/program_text.h"
#include "fuzz/run.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

enum {
    TEXT_BYTES = 65536,
    KNOWN_MAX = 256,
    LINE_BYTES = 512,
    WORD_SYLLABLES = 8,
    DIGITS_KEPT = 3, /* ClusterFuzz replaces longer numbers, so they tell nothing */
};

static struct {
    bool is_read;
    unsigned count;
    uint64_t ended;
    char keys[KNOWN_MAX][FAILURE_KEY_MAX];
} known;

static void (*failure_told)(const char *text);

static const struct {
    failure_reporter *reporter;
    const char *name;
} classes[] = {
    {failure_missed, "missed"},           {failure_wrong, "wrong"},
    {failure_false_alarm, "false alarm"}, {failure_result, "result"},
    {failure_statistics, "statistics"},   {failure_nondeterministic, "nondeterministic"},
    {failure_difference, "difference"},   {failure_unsound, "unsound"},
};

static const char *class_name(failure_reporter *reporter)
{
    for (size_t i = 0; i < COUNT_OF(classes); i++)
        if (classes[i].reporter == reporter)
            return classes[i].name;
    abort();
}

static const char *operation_name(const struct program *program, unsigned index)
{
    if (program == NULL)
        return "input";
    return index < program->count ? op_rows[program->ops[index].kind].name : "end";
}

/* Which engine did it matters where a heap did it: under the verifier neither has a part in it. */
static const char *engine_suffix(const struct program *program)
{
    if (program == NULL || run_is_verifying())
        return "";
    int backend = run_backend >= 0 ? run_backend : program->backend;
    return backend == PROGRAM_BACKEND_SEGMENT ? "/segment" : "/classic";
}

/* How many characters of a number begin at `text`; hexadecimal after 0x. */
static size_t number_length(const char *text)
{
    size_t length = 0;
    if (text[0] == '0' && text[1] == 'x')
        for (length = 2; isxdigit((unsigned char)text[length]);)
            length++;
    else
        while (isdigit((unsigned char)text[length]))
            length++;
    return length;
}

/* The finding: `text` up to its first parenthesis, long numbers as '*'. */
static void copy_finding(const char *text, char *to, size_t capacity)
{
    size_t at = 0;
    size_t end = strcspn(text, "(\n");
    while (end > 0 && text[end - 1] == ' ')
        end--;
    for (size_t i = 0; i < end && at + 1 < capacity;) {
        size_t number = number_length(text + i);
        if (number > DIGITS_KEPT + (text[i + 1] == 'x' ? 2u : 0u)) {
            to[at++] = '*';
            i += number;
            continue;
        }
        for (size_t copied = 0; copied < (number > 0 ? number : 1) && at + 1 < capacity; copied++) {
            to[at] = text[i++];
            if (to[at] == '/')
                to[at] = '-';
            at++;
        }
    }
    to[at] = 0;
}

void failure_key(failure_reporter *reporter, const struct program *program, unsigned index,
                 const char *text, char *key)
{
    char finding[FAILURE_KEY_MAX];
    copy_finding(text, finding, sizeof finding);
    (void)snprintf(key, FAILURE_KEY_MAX, "%s/%.100s/%s%s", class_name(reporter), finding,
                   operation_name(program, index), engine_suffix(program));
}

uint64_t failure_hash(const char *key)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (; *key != 0; key++)
        hash = (hash ^ (unsigned char)*key) * UINT64_C(0x100000001b3);
    return hash ^ hash >> 29;
}

/* A number as syllables: what is made of digits alone ClusterFuzz throws away. */
static void spell(uint64_t number, char *word)
{
    static const char consonants[] = "bdfgklmnprstvwxz";
    static const char vowels[] = "aeio";
    for (unsigned i = 0; i < WORD_SYLLABLES; i++, number >>= 6) {
        *word++ = consonants[number & 15];
        *word++ = vowels[number >> 4 & 3];
    }
    *word = 0;
}

/* ClusterFuzz makes its three lines of this: the text after the colon and two frames. Two crashes
 * are one to it when two lines are equal or all are alike, so each frame carries half the key's
 * hash: it groups as our keys do. */
static void print_for_clusterfuzz(const char *key, const char *class, const char *operation)
{
    char first[2 * WORD_SYLLABLES + 1];
    char second[2 * WORD_SYLLABLES + 1];
    uint64_t hash = failure_hash(key);
    spell(hash, first);
    spell((hash >> 32 | hash << 32) ^ UINT64_C(0x5a5a5a5a5a5a), second);
    (void)fprintf(stderr,
                  "failure.c:1: ASSERTION FAILED: %s\n"
                  "    #0 0x1 in %s_%s program.txt:1\n"
                  "    #1 0x1 in %s_%.5s program.txt:1\n",
                  key, first, operation, second, class);
}

static bool is_known(const char *key)
{
    const char *path = getenv("EXPOOL_FUZZ_KNOWN");
    if (!known.is_read && path != NULL && !failure_read_known(path))
        exit(2);
    known.is_read = true;
    for (unsigned i = 0; i < known.count; i++)
        if (strcmp(known.keys[i], key) == 0)
            return true;
    return false;
}

static void print_program(const struct program *program)
{
    static char bytes[TEXT_BYTES];
    if (program == NULL)
        return;
    program_print(program, bytes, sizeof bytes);
    (void)fprintf(stderr, "%s\n", bytes);
}

/* True: it is known, and nothing was printed. */
static bool report(failure_reporter *reporter, const struct program *program, unsigned index,
                   const char *text)
{
    char key[FAILURE_KEY_MAX];
    if (failure_told != NULL)
        failure_told(text);
    failure_key(reporter, program, index, text, key);
    if (is_known(key)) {
        known.ended++;
        return true;
    }
    const char *operation = operation_name(program, index);
    print_program(program);
    if (program == NULL)
        (void)fprintf(stderr, "expool fuzz: %s: %s\n", class_name(reporter), text);
    else
        (void)fprintf(stderr, "expool fuzz: operation %u (%s): %s: %s\n", index + 1, operation,
                      class_name(reporter), text);
    print_for_clusterfuzz(key, class_name(reporter), operation);
    (void)fprintf(stderr, "DEDUP_TOKEN: %s\n", key);
    run_write_counts();
    return false;
}

/* Each aborts from a frame of its own: the barrier keeps the call from becoming a jump. */
#define REPORTER(name)                                                                             \
    __attribute__((noinline)) void failure_##name(const struct program *program, unsigned index,   \
                                                  const char *text)                                \
    {                                                                                              \
        if (report(failure_##name, program, index, text))                                          \
            return;                                                                                \
        abort();                                                                                   \
    }

REPORTER(missed)
REPORTER(wrong)
REPORTER(false_alarm)
REPORTER(result)
REPORTER(statistics)
REPORTER(nondeterministic)
REPORTER(difference)
REPORTER(unsound)

bool failure_read_known(const char *path)
{
    char line[LINE_BYTES];
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        (void)fprintf(stderr, "expool fuzz: known issues: %s: %s\n", path, strerror(errno));
        return false;
    }
    known.is_read = true;
    bool has_room = true;
    while (has_room && fgets(line, sizeof line, file) != NULL) {
        size_t length = strcspn(line, "\n");
        while (length > 0 && isspace((unsigned char)line[length - 1]))
            length--;
        has_room = known.count < KNOWN_MAX;
        if (has_room && length > 0 && length < FAILURE_KEY_MAX && line[0] != '#')
            (void)snprintf(known.keys[known.count++], FAILURE_KEY_MAX, "%.*s", (int)length, line);
    }
    (void)fclose(file);
    if (!has_room)
        (void)fprintf(stderr, "expool fuzz: known issues: %s: more than %d\n", path, KNOWN_MAX);
    return has_room;
}

void failure_tell(void (*told)(const char *text))
{
    failure_told = told;
}

uint64_t failure_known_count(void)
{
    return known.ended;
}
