#include "fuzz/oracle_key.h"

#include <stdio.h>
#include <string.h>

enum { LINE_BYTES = 4096, FRAMES = 3, NAME_BYTES = 48 };

struct reading {
    char token[ORACLE_KEY_BYTES];
    char invariant[ORACLE_KEY_BYTES];
    char error[ORACLE_KEY_BYTES];
    char frame[FRAMES][NAME_BYTES];
    unsigned frames;
};

/* The rest of a line behind `mark`, when it begins with that and nothing was noted yet. */
static void note(const char *line, const char *mark, char noted[ORACLE_KEY_BYTES])
{
    size_t length = strlen(mark);
    if (noted[0] != 0 || strncmp(line, mark, length) != 0)
        return;
    snprintf(noted, ORACLE_KEY_BYTES, "%.*s", ORACLE_KEY_BYTES - 1, line + length);
    noted[strcspn(noted, "\r\n")] = 0;
}

/* "==123==ERROR: UndefinedBehaviorSanitizer: SEGV on unknown address ...": the word SEGV. */
static void note_error(const char *line, struct reading *reading)
{
    const char *error = strstr(line, "ERROR: ");
    if (strncmp(line, "==", 2) != 0 || error == NULL || reading->error[0] != 0)
        return;
    const char *what = strstr(error + strlen("ERROR: "), ": ");
    what = what != NULL ? what + 2 : error + strlen("ERROR: ");
    size_t length = strncmp(what, "deadly signal", 13) == 0 ? 13 : strcspn(what, " \n");
    snprintf(reading->error, sizeof reading->error, "%.*s", (int)length, what);
}

/* "    #0 0x5555556bd09e in heap_tell_locked /there/pool/heap_tell.c:56:20" */
static void note_frame(const char *line, struct reading *reading)
{
    const char *name = strstr(line, " in ");
    bool is_ours = strstr(line, "/pool/") != NULL || strstr(line, "/verifier/") != NULL ||
                   strstr(line, "/kernel/") != NULL;
    if (strncmp(line, "    #", 5) != 0 || name == NULL || !is_ours || reading->frames == FRAMES)
        return;
    size_t length = strcspn(name + 4, " (\n");
    if (strncmp(name + 4, "invariant_broken", length) == 0)
        return;
    snprintf(reading->frame[reading->frames++], NAME_BYTES, "%.*s", (int)length, name + 4);
}

static void write_key(const struct reading *reading, char key[ORACLE_KEY_BYTES])
{
    const char *first = reading->invariant[0] != 0 ? reading->invariant : reading->error;
    size_t at = 0;
    if (reading->token[0] != 0) {
        snprintf(key, ORACLE_KEY_BYTES, "%s", reading->token);
        return;
    }
    at = (size_t)snprintf(key, ORACLE_KEY_BYTES, "%s", first);
    for (unsigned i = 0; i < reading->frames && at < ORACLE_KEY_BYTES; i++)
        at += (size_t)snprintf(key + at, ORACLE_KEY_BYTES - at, "%s%s", i == 0 ? " in " : " < ",
                               reading->frame[i]);
}

bool oracle_key_read(const char *path, char key[ORACLE_KEY_BYTES])
{
    char line[LINE_BYTES];
    struct reading reading = {.frames = 0};
    FILE *output = fopen(path, "r");
    key[0] = 0;
    while (output != NULL && fgets(line, sizeof line, output) != NULL) {
        note(line, "DEDUP_TOKEN: ", reading.token);
        note(line, "expool: our own mistake, please report it: ", reading.invariant);
        note_error(line, &reading);
        note_frame(line, &reading);
    }
    if (output != NULL)
        fclose(output);
    write_key(&reading, key);
    return key[0] != 0;
}
