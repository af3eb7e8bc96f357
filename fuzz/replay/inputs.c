#include "fuzz/replay/inputs.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { PATH_BYTES = 4096 };

static void say(const char *name, const char *what)
{
    (void)fprintf(stderr, "replay: %s: %s\n", name, what);
}

static void trouble(struct replay_inputs *inputs, const char *name, const char *what)
{
    say(name, what);
    inputs->had_trouble = true;
}

static void add_file(struct replay_inputs *inputs, const char *name)
{
    char **names = realloc(inputs->names, (inputs->count + 1) * sizeof names[0]);
    char *copy = strdup(name);
    if (names == NULL || copy == NULL)
        abort();
    inputs->names = names;
    inputs->names[inputs->count++] = copy;
}

static void add_folder(struct replay_inputs *inputs, const char *name)
{
    struct dirent **entries = NULL;
    int count = scandir(name, &entries, NULL, alphasort);
    if (count < 0) {
        trouble(inputs, name, strerror(errno));
        return;
    }
    for (int i = 0; i < count; i++) {
        char path[PATH_BYTES];
        const char *entry = entries[i]->d_name;
        if (entry[0] != '.' && strcmp(entry, "README.md") != 0) {
            (void)snprintf(path, sizeof path, "%s/%s", name, entry);
            replay_inputs_add(inputs, path);
        }
        free(entries[i]);
    }
    free(entries);
}

void replay_inputs_add(struct replay_inputs *inputs, const char *path)
{
    struct stat status;
    if (stat(path, &status) != 0)
        trouble(inputs, path, strerror(errno));
    else if (S_ISDIR(status.st_mode))
        add_folder(inputs, path);
    else if (!S_ISREG(status.st_mode)) /* a pipe would keep us waiting for ever */
        trouble(inputs, path, "neither a file nor a folder");
    else
        add_file(inputs, path);
}

static void swap(struct replay_inputs *inputs, size_t one, size_t other)
{
    char *name = inputs->names[one];
    inputs->names[one] = inputs->names[other];
    inputs->names[other] = name;
}

void replay_inputs_release(struct replay_inputs *inputs)
{
    for (size_t i = 0; i < inputs->count; i++)
        free(inputs->names[i]);
    free(inputs->names);
    *inputs = (struct replay_inputs){0};
}

void replay_inputs_reverse(struct replay_inputs *inputs)
{
    for (size_t i = 0; i < inputs->count / 2; i++)
        swap(inputs, i, inputs->count - 1 - i);
}

void replay_inputs_shuffle(struct replay_inputs *inputs, uint64_t seed)
{
    unsigned short state[3] = {(unsigned short)seed, (unsigned short)(seed >> 16), 0x330e};
    for (size_t i = inputs->count; i > 1; i--)
        swap(inputs, i - 1, (size_t)nrand48(state) % i);
}

static bool read_bytes(struct replay_input *input)
{
    FILE *file = fopen(input->name, "rb");
    if (file == NULL) {
        say(input->name, strerror(errno));
        return false;
    }
    input->length = fread(input->bytes, 1, sizeof input->bytes, file);
    bool failed = ferror(file) != 0;
    (void)fclose(file);
    if (failed)
        say(input->name, "cannot be read");
    else if (input->length == sizeof input->bytes)
        say(input->name, "1 MiB or more: no input is");
    return !failed && input->length < sizeof input->bytes;
}

static bool looks_like_text(const struct replay_input *input)
{
    size_t length = strlen(input->name);
    return (length > 4 && strcmp(input->name + length - 4, ".txt") == 0) ||
           (input->length >= 6 && memcmp(input->bytes, "expool", 6) == 0);
}

bool replay_input_read(struct replay_input *input, const char *name, bool is_program)
{
    input->name = name;
    input->is_text = false;
    if (!read_bytes(input))
        return false;
    if (!is_program)
        return true;
    if (!looks_like_text(input)) {
        memset(&input->text, 0, sizeof input->text);
        program_decode(&input->text.program, input->bytes, input->length);
        return true;
    }
    if (!program_parse(&input->text, (const char *)input->bytes, input->length)) {
        say(name, input->text.error);
        return false;
    }
    input->is_text = true;
    input->length = program_encode(&input->text.program, input->bytes);
    return true;
}
