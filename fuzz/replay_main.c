/* replay_main.c - runs fuzz inputs without an engine: text or binary files, folders of them, or
 * generated programs. Any compiler, Valgrind, a debugger. */
#include "fuzz/generate.h"
#include "fuzz/program_text.h"
#include "fuzz/run.h"
#include "fuzz/target.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
    EXIT_WRONG = 1,
    EXIT_TROUBLE = 2,
    FILE_BYTES_MAX = 1 << 20,
    LINE_BYTES = 256,
    EXPECT_COLUMN = 52,
};

static struct {
    bool prints;
    bool had_trouble;
    unsigned files;
    unsigned failed;
    unsigned left_out; /* meant for another target */
} replay;

/* One program being replayed with its expectations beside it. */
struct check {
    const struct program_text *text;
    const char *name;
    bool has_failed;
};

static void print_op(const struct check *check, unsigned index, const char *expected)
{
    char line[LINE_BYTES];
    if (!replay.prints || index >= check->text->program.count)
        return;
    program_print_op(&check->text->program.ops[index], line, sizeof line);
    printf("%-*s # expect: %s\n", EXPECT_COLUMN, line, expected);
}

static void observe(unsigned index, const struct expectation *expected, const char *wrong,
                    void *context)
{
    struct check *check = context;
    char found[TEXT_EXPECT_MAX];
    expectation_print(expected, found, sizeof found);
    print_op(check, index, found);
    if (wrong != NULL) {
        fprintf(stderr, "%s: operation %u: %s\n", check->name, index + 1, wrong);
        check->has_failed = true;
    }
    if (index >= check->text->program.count || check->text->expect[index][0] == 0)
        return;
    if (strcmp(check->text->expect[index], found) != 0) {
        fprintf(stderr, "%s: operation %u: the file expects %s, the model %s\n", check->name,
                index + 1, check->text->expect[index], found);
        check->has_failed = true;
    }
}

static void run_text(const struct program_text *text, const char *name)
{
    struct check check = {.text = text, .name = name};
    char header[LINE_BYTES];
    if (text->target[0] != 0 && strcmp(text->target, target_name) != 0) {
        replay.left_out++;
        return;
    }
    if (replay.prints) {
        program_print_header(&text->program, header, sizeof header);
        printf("%starget: %s\n# %s\n", header, target_name, name);
    }
    run_program(&text->program, observe, &check);
    replay.files++;
    replay.failed += check.has_failed;
}

static void trouble(const char *name, const char *what)
{
    fprintf(stderr, "replay: %s: %s\n", name, what);
    replay.had_trouble = true;
}

static bool is_text(const char *name, const char *bytes, size_t length)
{
    size_t name_length = strlen(name);
    return (name_length > 4 && strcmp(name + name_length - 4, ".txt") == 0) ||
           (length >= 6 && memcmp(bytes, "expool", 6) == 0);
}

static void run_bytes(const char *name, const char *bytes, size_t length)
{
    static struct program_text text;
    if (is_text(name, bytes, length)) {
        if (program_parse(&text, bytes, length))
            run_text(&text, name);
        else
            trouble(name, text.error);
        return;
    }
    memset(&text, 0, sizeof text);
    program_decode(&text.program, (const uint8_t *)bytes, length);
    run_text(&text, name);
}

static void run_file(const char *name)
{
    static char bytes[FILE_BYTES_MAX];
    FILE *file = fopen(name, "rb");
    if (file == NULL) {
        trouble(name, strerror(errno));
        return;
    }
    size_t length = fread(bytes, 1, sizeof bytes, file);
    bool failed = ferror(file) != 0;
    fclose(file);
    if (failed)
        trouble(name, "cannot be read");
    else if (length == sizeof bytes)
        trouble(name, "longer than 1 MiB: no program is");
    else
        run_bytes(name, bytes, length);
}

static void run_path(const char *name);

static void run_folder(const char *name)
{
    struct dirent **entries = NULL;
    int count = scandir(name, &entries, NULL, alphasort);
    if (count < 0) {
        trouble(name, strerror(errno));
        return;
    }
    for (int i = 0; i < count; i++) {
        char path[4096];
        const char *entry = entries[i]->d_name;
        if (entry[0] != '.' && strcmp(entry, "README.md") != 0) {
            snprintf(path, sizeof path, "%s/%s", name, entry);
            run_path(path);
        }
        free(entries[i]);
    }
    free(entries);
}

static void run_path(const char *name)
{
    struct stat status;
    if (stat(name, &status) != 0)
        trouble(name, strerror(errno));
    else if (S_ISDIR(status.st_mode))
        run_folder(name);
    else if (!S_ISREG(status.st_mode)) /* a pipe would keep us waiting for ever */
        trouble(name, "neither a file nor a folder");
    else
        run_file(name);
}

static void run_generated(uint64_t count, uint64_t seed)
{
    static struct program program;
    for (uint64_t i = 0; i < count; i++) {
        generate(&program, seed + i);
        run_program(&program, NULL, NULL);
        replay.files++;
    }
}

/* Text in, bytes out: what an engine's corpus is made of. */
static void convert(const char *from, const char *to)
{
    static struct program_text text;
    static char bytes[FILE_BYTES_MAX];
    uint8_t encoded[PROGRAM_BYTES_MAX];
    FILE *in = fopen(from, "rb");
    size_t length = in != NULL ? fread(bytes, 1, sizeof bytes, in) : 0;
    if (in != NULL)
        fclose(in);
    if (!program_parse(&text, bytes, length)) {
        trouble(from, in == NULL ? strerror(errno) : text.error);
        return;
    }
    size_t size = program_encode(&text.program, encoded);
    FILE *out = fopen(to, "wb");
    if (out == NULL || fwrite(encoded, 1, size, out) != size || fclose(out) != 0)
        trouble(to, strerror(errno));
    replay.files++;
}

static void usage(FILE *to)
{
    fprintf(to,
            "usage: replay_%s [--print] FILE|FOLDER...\n"
            "       replay_%s --generate COUNT [--seed N]   random programs\n"
            "       replay_%s --convert TEXT BINARY\n"
            "  --backend classic|segment   whatever the programs say\n"
            "Exit: 0 all as expected, 1 a verdict was wrong, 2 trouble.\n",
            target_name, target_name, target_name);
}

static uint64_t number(const char *option, const char *value)
{
    char *end = NULL;
    uint64_t parsed = value != NULL ? strtoull(value, &end, 0) : 0;
    if (value == NULL || *value < '0' || *value > '9' || *end != 0) {
        fprintf(stderr, "replay: %s takes a number, not '%s'\n", option,
                value != NULL ? value : "");
        exit(EXIT_TROUBLE);
    }
    return parsed;
}

static void choose_backend(const char *word)
{
    if (word != NULL && strcmp(word, "classic") == 0) {
        run_backend = PROGRAM_BACKEND_CLASSIC;
    } else if (word != NULL && strcmp(word, "segment") == 0) {
        run_backend = PROGRAM_BACKEND_SEGMENT;
    } else {
        fprintf(stderr, "replay: --backend takes classic or segment\n");
        exit(EXIT_TROUBLE);
    }
}

static void refuse(const char *option)
{
    static const char *const known[] = {"--print",   "--generate", "--seed",
                                        "--convert", "--backend",  "--help"};
    const char *nearest = known[0];
    for (unsigned i = 0; i < sizeof known / sizeof known[0]; i++)
        if (strncmp(option, known[i], 3) == 0)
            nearest = known[i];
    fprintf(stderr, "replay: no option '%s'; the nearest is '%s'\n", option, nearest);
    exit(EXIT_TROUBLE);
}

static int finish(void)
{
    printf("%u files, %" PRIu64 " operations, %" PRIu64 " violations injected, %" PRIu64
           " detected, %" PRIu64 " wrong, %" PRIu64 " missed, %" PRIu64 " false alarms",
           replay.files, run_counts.operations, run_counts.injected, run_counts.detected,
           run_counts.wrong, run_counts.missed, run_counts.false_alarms);
    printf(replay.left_out > 0 ? " (%u for another target left out)\n" : "\n", replay.left_out);
    if (replay.had_trouble)
        return EXIT_TROUBLE;
    if (replay.files == 0 && replay.left_out == 0) {
        fprintf(stderr, "replay: nothing was replayed\n");
        return EXIT_TROUBLE;
    }
    return replay.failed > 0 ? EXIT_WRONG : EXIT_SUCCESS;
}

int main(int count, char **arguments)
{
    uint64_t generated = 0;
    uint64_t seed = 1;
    if (count < 2) {
        usage(stderr);
        return EXIT_TROUBLE;
    }
    LLVMFuzzerInitialize(&count, &arguments);
    for (int i = 1; i < count; i++) {
        const char *argument = arguments[i];
        if (strcmp(argument, "--print") == 0) {
            replay.prints = true;
        } else if (strcmp(argument, "--help") == 0 || strcmp(argument, "-h") == 0) {
            usage(stdout);
            return EXIT_SUCCESS;
        } else if (strcmp(argument, "--backend") == 0) {
            choose_backend(arguments[++i]);
        } else if (strcmp(argument, "--generate") == 0) {
            generated = number(argument, arguments[++i]);
        } else if (strcmp(argument, "--seed") == 0) {
            seed = number(argument, arguments[++i]);
        } else if (strcmp(argument, "--convert") == 0 && i + 2 < count) {
            convert(arguments[i + 1], arguments[i + 2]);
            return replay.had_trouble ? EXIT_TROUBLE : EXIT_SUCCESS;
        } else if (argument[0] == '-') {
            refuse(argument);
        } else {
            run_path(argument);
        }
    }
    if (generated > 0)
        run_generated(generated, seed);
    return finish();
}
