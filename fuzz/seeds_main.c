/* seeds_main.c - text programs as the bytes that engines take, one file each, for seed archives:
 * seeds_main FOLDER PREFIX TEXT... writes FOLDER/NAME, where NAME is the text's path without PREFIX
 * and ".txt", '/' as '-'. */
#include "fuzz/program_text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { EXIT_TROUBLE = 2, TEXT_BYTES_MAX = 1 << 20, PATH_BYTES_MAX = 4096 };

static int trouble(const char *path, const char *what)
{
    fprintf(stderr, "seeds: %s: %s\n", path, what);
    return EXIT_TROUBLE;
}

/* "corpus/seeds/pool/bad_frees.txt" becomes "seeds-pool-bad_frees". */
static void name_of(const char *path, const char *prefix, char *name)
{
    size_t skipped = strncmp(path, prefix, strlen(prefix)) == 0 ? strlen(prefix) : 0;
    snprintf(name, PATH_BYTES_MAX, "%s", path + skipped);
    char *end = strrchr(name, '.');
    if (end != NULL && strcmp(end, ".txt") == 0)
        *end = 0;
    for (char *at = name; *at != 0; at++)
        if (*at == '/')
            *at = '-';
}

static int write_bytes(const char *path, const uint8_t *bytes, size_t length)
{
    FILE *file = fopen(path, "wb");
    if (file == NULL)
        return trouble(path, strerror(errno));
    bool is_written = fwrite(bytes, 1, length, file) == length;
    return fclose(file) == 0 && is_written ? 0 : trouble(path, "cannot be written");
}

static int convert(const char *from, const char *to)
{
    static struct program_text text;
    static char bytes[TEXT_BYTES_MAX];
    static uint8_t encoded[PROGRAM_BYTES_MAX];
    FILE *file = fopen(from, "rb");
    if (file == NULL)
        return trouble(from, strerror(errno));
    size_t length = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    if (!program_parse(&text, bytes, length))
        return trouble(from, text.error);
    return write_bytes(to, encoded, program_encode(&text.program, encoded));
}

int main(int count, char **arguments)
{
    char name[PATH_BYTES_MAX];
    char path[2 * PATH_BYTES_MAX];
    if (count < 4)
        return trouble("usage", "seeds_main FOLDER PREFIX TEXT...");
    for (int i = 3; i < count; i++) {
        name_of(arguments[i], arguments[2], name);
        snprintf(path, sizeof path, "%s/%s", arguments[1], name);
        int status = convert(arguments[i], path);
        if (status != 0)
            return status;
    }
    return 0;
}
