/* replay_main.c - runs inputs of a target without an engine: texts, bytes, folders of them; shows
 * them, makes them shorter, makes C of them. Exit: 0 nothing was found, 1 something was, 2 trouble
 * or nothing was run. */
#include "fuzz/kit/emit.h"
#include "fuzz/kit/input_text.h"
#include "fuzz/kit/minimize.h"
#include "fuzz/kit/mutate.h"
#include "fuzz/kit/run.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { EXIT_FINDING = 1, EXIT_TROUBLE = 2, TEXT_MAX = 1 << 16, PATH_MAX_BYTES = 4096, CALLS = 24 };

enum mode { MODE_RUN, MODE_PRINT, MODE_MINIMIZE, MODE_EMIT, MODE_CONVERT };

static struct {
    enum mode mode;
    bool is_here; /* in this process: for debuggers */
    unsigned long generate;
    unsigned long seed;
    unsigned long done;
    unsigned long findings;
} replay = {.seed = 1};

static const char usage[] =
    "usage: replay_NAME [--here] FILE|FOLDER...       run inputs, texts or bytes\n"
    "       replay_NAME --print FILE|FOLDER...        as text\n"
    "       replay_NAME --minimize FILE > SMALL.txt   the shortest with the same finding\n"
    "       replay_NAME --emit-c FILE > REPRO.c       a C program that does the same\n"
    "       replay_NAME --bytes FILE > BYTES          text to bytes, for a corpus\n"
    "       replay_NAME --generate COUNT [--seed N]   so many random inputs, in this process\n"
    "       replay_NAME --operations                  what the target's programs are made of\n";

static _Noreturn void trouble(const char *what, const char *why)
{
    fprintf(stderr, "replay: %s: %s\n", what, why);
    exit(EXIT_TROUBLE);
}

static void load(const char *path, struct kit_input *input)
{
    static char bytes[TEXT_MAX];
    char error[KIT_ERROR_MAX];
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        trouble(path, strerror(errno));
    size_t length = fread(bytes, 1, sizeof(bytes) - 1, file);
    bytes[length] = 0;
    fclose(file);
    if (strncmp(bytes, "expool-program ", strlen("expool-program ")) == 0)
        trouble(path, "a program of the pool's own targets: expool replay runs it");
    if (!kit_is_text(bytes, length))
        kit_decode(input, (const uint8_t *)bytes, length);
    else if (!kit_parse(input, bytes, error))
        trouble(path, error);
}

static void run(const char *path, const struct kit_input *input)
{
    struct kit_outcome outcome = {0};
    if (replay.is_here)
        kit_run(input);
    else if (!kit_child_run(input, true, &outcome))
        trouble(path, strerror(errno));
    replay.findings += outcome.is_finding;
    printf("%s: %s\n", path, outcome.is_finding ? outcome.token : "nothing found");
}

static void minimize(const char *path, struct kit_input *input)
{
    static char text[TEXT_MAX];
    struct kit_outcome outcome;
    unsigned tries;
    unsigned before = input->count;
    if (!kit_minimize(input, &outcome, &tries))
        trouble(path, "finds nothing: there is nothing to make shorter");
    kit_print(input, text, sizeof(text));
    fputs(text, stdout);
    fprintf(stderr, "replay: %u operations became %u in %u runs: %s\n", before, input->count, tries,
            outcome.token);
}

/* C has no "each fails in turn". */
static void emit(const char *path, struct kit_input *input)
{
    if (!kit_name_failure(input))
        fprintf(stderr, "replay: %s: finds nothing, and neither will the C\n", path);
    kit_emit(input, stdout);
}

static void one_file(const char *path)
{
    static struct kit_input input;
    static char text[TEXT_MAX];
    static uint8_t bytes[KIT_INPUT_BYTES_MAX];
    load(path, &input);
    replay.done++;
    switch (replay.mode) {
    case MODE_RUN: run(path, &input); break;
    case MODE_MINIMIZE: minimize(path, &input); break;
    case MODE_EMIT: emit(path, &input); break;
    case MODE_CONVERT: fwrite(bytes, 1, kit_encode(&input, bytes), stdout); break;
    case MODE_PRINT:
        kit_print(&input, text, sizeof(text));
        fputs(text, stdout);
        break;
    }
}

static void one_path(const char *path)
{
    struct stat status;
    struct dirent **entries;
    if (stat(path, &status) != 0)
        trouble(path, strerror(errno));
    if (!S_ISDIR(status.st_mode)) {
        one_file(path);
        return;
    }
    int count = scandir(path, &entries, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        char inner[PATH_MAX_BYTES];
        snprintf(inner, sizeof(inner), "%s/%s", path, entries[i]->d_name);
        if (entries[i]->d_name[0] != '.')
            one_path(inner);
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
}

static void generate(void)
{
    static uint8_t bytes[KIT_INPUT_BYTES_MAX];
    for (unsigned long i = 0; i < replay.generate; i++)
        kit_run_bytes(bytes, kit_generate(bytes, CALLS, replay.seed + i));
    replay.done += replay.generate;
    printf("%lu inputs, %lu loads, %lu operations: nothing found\n", kit_counts.inputs,
           kit_counts.loads, kit_counts.calls);
}

static void print_operations(void)
{
    static const char *const kinds[] = {"0..15",     "8 bits",         "16 bits",
                                        "32 bits",   "64 bits",        "0..%u",
                                        "one of %s", "up to %u bytes", "code"};
    for (unsigned i = 0; i < kit_table_count(); i++) {
        const struct kit_operation *row = kit_table_row(i);
        printf("%s", row->name);
        for (unsigned k = 0; k < row->count; k++) {
            const struct kit_argument *argument = &row->arguments[k];
            printf(" %s=", argument->name);
            if (argument->kind == KIT_KIND_CHOICE)
                printf("(%s)", argument->words);
            else if (argument->kind == KIT_KIND_SIZE || argument->kind == KIT_KIND_BYTES)
                printf(argument->kind == KIT_KIND_SIZE ? "(0..%u)" : "(up to %u bytes)",
                       argument->limit);
            else
                printf("(%s)", kinds[argument->kind]);
        }
        printf("\n");
    }
    replay.done++;
}

static unsigned long number_of(const char *word, const char *text)
{
    char *end;
    if (text == NULL)
        trouble(word, "a number is missing");
    unsigned long number = strtoul(text, &end, 0);
    if (*end != 0 || end == text || text[0] == '-')
        trouble(text, "is no number");
    return number;
}

/* The next word to look at. */
static int take_option(int at, char **arguments)
{
    static const struct {
        const char *name;
        enum mode mode;
    } modes[] = {{"--print", MODE_PRINT},
                 {"--minimize", MODE_MINIMIZE},
                 {"--emit-c", MODE_EMIT},
                 {"--bytes", MODE_CONVERT}};
    const char *word = arguments[at];
    for (unsigned i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
        if (strcmp(word, modes[i].name) == 0) {
            replay.mode = modes[i].mode;
            return at + 1;
        }
    if (strcmp(word, "--here") == 0) {
        replay.is_here = true;
        return at + 1;
    }
    if (strcmp(word, "--operations") == 0) {
        print_operations();
        return at + 1;
    }
    if (strcmp(word, "--generate") == 0)
        replay.generate = number_of(word, arguments[at + 1]);
    else if (strcmp(word, "--seed") == 0)
        replay.seed = number_of(word, arguments[at + 1]);
    else
        trouble(word, "no such option; replay_NAME alone shows them");
    return at + 2;
}

int main(int count, char **arguments)
{
    int at = 1;
    if (count < 2) {
        fputs(usage, stderr);
        return EXIT_TROUBLE;
    }
    kit_start();
    while (at < count && strncmp(arguments[at], "--", 2) == 0)
        at = take_option(at, arguments);
    for (; at < count; at++)
        one_path(arguments[at]);
    if (replay.generate > 0)
        generate();
    if (replay.done == 0)
        trouble("no file", "nothing was run");
    return replay.findings > 0 ? EXIT_FINDING : 0;
}
