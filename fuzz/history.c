#include "fuzz/history.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static _Noreturn void give_up(const char *path)
{
    (void)fprintf(stderr, "expool fuzz: EXPOOL_FUZZ_HISTORY: %s: %s\n", path, strerror(errno));
    exit(2);
}

static struct history *open_file(void)
{
    const char *path = getenv("EXPOOL_FUZZ_HISTORY");
    if (path == NULL)
        return NULL;
    int file = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (file < 0 || ftruncate(file, sizeof(struct history)) != 0)
        give_up(path);
    struct history *history =
        mmap(NULL, sizeof *history, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (history == MAP_FAILED)
        give_up(path);
    (void)close(file);
    return history;
}

void history_add(const uint8_t *bytes, size_t length)
{
    static struct history *history;
    static bool is_open;
    if (!is_open)
        history = open_file();
    is_open = true;
    if (history == NULL)
        return;
    struct history_input *input = &history->at[history->count % HISTORY_INPUTS];
    input->length = length <= sizeof input->bytes ? length : 0;
    if (input->length > 0)
        memcpy(input->bytes, bytes, length);
    history->count++;
}

bool history_read(struct history *history, const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        (void)fprintf(stderr, "expool fuzz: history: %s: %s\n", path, strerror(errno));
        return false;
    }
    bool is_whole = fread(history, sizeof *history, 1, file) == 1;
    for (unsigned i = 0; is_whole && i < HISTORY_INPUTS; i++)
        is_whole = history->at[i].length <= PROGRAM_BYTES_MAX;
    if (!is_whole)
        (void)fprintf(stderr, "expool fuzz: history: %s: not a history of inputs\n", path);
    (void)fclose(file);
    return is_whole;
}

const struct history_input *history_ago(const struct history *history, unsigned ago)
{
    if (ago >= history->count || ago >= HISTORY_INPUTS)
        return NULL;
    return &history->at[(history->count - 1 - ago) % HISTORY_INPUTS];
}
