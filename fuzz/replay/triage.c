#include "fuzz/replay/triage.h"

#include "fuzz/history.h"
#include "fuzz/replay/annotate.h"
#include "fuzz/replay/judge.h"
#include "fuzz/replay/last_words.h"
#include "fuzz/replay/spawn.h"
#include "fuzz/replay/triage_meta.h"
#include "fuzz/replay/triage_repro.h"
#include "fuzz/target.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATH_BYTES = 4096, NAME_LETTERS = 64, SAID_BYTES = 1 << 16 };

static struct trial trial;

/* A bug's folder, being filled. */
struct folder {
    char path[PATH_BYTES];
    bool has_trouble;
};

static void trouble(struct folder *folder, const char *what)
{
    (void)fprintf(stderr, "replay: %s: %s\n", what, strerror(errno));
    folder->has_trouble = true;
}

static FILE *open_in(struct folder *folder, const char *name)
{
    char path[PATH_BYTES + 32];
    (void)snprintf(path, sizeof path, "%s/%s", folder->path, name);
    FILE *file = fopen(path, "wb");
    if (file == NULL)
        trouble(folder, path);
    return file;
}

static void close_in(struct folder *folder, FILE *file, const char *name)
{
    bool is_whole = ferror(file) == 0;
    if (fclose(file) != 0 || !is_whole)
        trouble(folder, name);
}

static void write_file(struct folder *folder, const char *name, const void *bytes, size_t length)
{
    FILE *file = open_in(folder, name);
    if (file == NULL)
        return;
    (void)fwrite(bytes, 1, length, file);
    close_in(folder, file, name);
}

/* "missed/bug check 0xC1-0x20 did not come" -> "missed.bug-check-0xC1-0x20-did-not-come" */
static void name_place(struct folder *folder, const char *into, const char *key)
{
    char name[NAME_LETTERS + 1];
    size_t at = 0;
    for (const char *letter = key; *letter != 0 && at < NAME_LETTERS; letter++) {
        if (*letter == '/')
            name[at++] = '.';
        else if (isalnum((unsigned char)*letter) || *letter == '_')
            name[at++] = *letter;
        else if (at > 0 && name[at - 1] != '-')
            name[at++] = '-';
    }
    name[at] = 0;
    (void)snprintf(folder->path, sizeof folder->path, "%s/%s-%08" PRIx32, into, name,
                   (uint32_t)(failure_hash(key) >> 32));
}

static bool make_folder(struct folder *folder, const char *path)
{
    char parent[PATH_BYTES];
    (void)snprintf(parent, sizeof parent, "%s", path);
    char *slash = strrchr(parent, '/');
    if (slash != NULL && slash != parent) {
        *slash = 0;
        if (access(parent, F_OK) != 0 && !make_folder(folder, parent))
            return false;
    }
    if (mkdir(path, 0777) == 0 || errno == EEXIST)
        return true;
    trouble(folder, path);
    return false;
}

static bool has_meta(const struct folder *folder)
{
    char path[PATH_BYTES + 32];
    (void)snprintf(path, sizeof path, "%s/meta.json", folder->path);
    return access(path, F_OK) == 0;
}

/* This program again, which asks a child what becomes of the file: a process that knows nothing. */
static enum form_outcome outcome_of(const struct folder *folder, const char *name, const char *key)
{
    static char said[SAID_BYTES];
    char program[64];
    char path[PATH_BYTES + 32];
    (void)snprintf(program, sizeof program, "/proc/%ld/exe", (long)getpid());
    (void)snprintf(path, sizeof path, "%s/%s", folder->path, name);
    const char *const words[] = {program, "--key", path, NULL};
    if (spawn_and_read(words, said, sizeof said, false) < 0)
        return FORM_NONE;
    said[strcspn(said, "\n")] = 0;
    if (said[0] == 0)
        return FORM_SILENT;
    return strcmp(said, key) == 0 ? FORM_REPRODUCES : FORM_OTHER;
}

static void write_program(struct folder *folder, struct replay_input *input, const char *key)
{
    FILE *file = open_in(folder, "program.txt");
    if (file == NULL)
        return;
    input->name = key;
    if (!annotate(input, file))
        folder->has_trouble = true;
    close_in(folder, file, "program.txt");
}

/* "#4096  NEW cov: ...": how the engine went on until then. */
static bool is_progress(const char *line)
{
    size_t digits = line[0] == '#' ? strspn(line + 1, "0123456789") : 0;
    return digits > 0 && line[1 + digits] == '\t';
}

static void copy_engines(FILE *from, FILE *to)
{
    char *line = NULL;
    size_t room = 0;
    while (getline(&line, &room, from) >= 0)
        if (!is_progress(line))
            (void)fputs(line, to);
    free(line);
}

static void copy_log(struct folder *folder, const char *from)
{
    FILE *in = from != NULL ? fopen(from, "rb") : NULL;
    FILE *out = open_in(folder, "log.txt");
    if (from != NULL && in == NULL)
        trouble(folder, from);
    if (out != NULL)
        last_words_print(trial.log, out);
    if (out != NULL && in != NULL) {
        (void)fprintf(out, "\n---- %s ----\n", from);
        copy_engines(in, out);
    }
    if (in != NULL)
        (void)fclose(in);
    if (out != NULL)
        close_in(folder, out, "log.txt");
}

static void write_meta(struct folder *folder, const struct triage_meta *meta,
                       const struct triage *triage)
{
    FILE *file = open_in(folder, "meta.json");
    if (file == NULL)
        return;
    (void)triage_meta_write(meta, triage, file);
    close_in(folder, file, "meta.json");
}

static struct history history;

/* The input that ran `ago` others before the last; false: it is not kept. */
static bool take_earlier(struct replay_input *input, unsigned ago)
{
    const struct history_input *earlier = history_ago(&history, ago);
    if (earlier == NULL)
        return false;
    memcpy(input->bytes, earlier->bytes, earlier->length);
    input->length = earlier->length;
    if (target_program != NULL)
        program_decode(&input->text.program, input->bytes, input->length);
    return true;
}

bool triage_last(const struct triage *triage, struct replay_input *input)
{
    input->name = triage->history;
    if (!history_read(&history, triage->history))
        return false;
    if (take_earlier(input, 0))
        return true;
    (void)fprintf(stderr, "replay: %s: no input was kept\n", triage->history);
    return false;
}

/* The input that made the mistake which a later one met: where the pool examines itself after it,
 * it fails alone. That another course was taken says nothing here: there were others before. */
static bool find_in_history(const struct triage *triage, struct replay_input *input, unsigned *ago)
{
    if (triage->history == NULL || !history_read(&history, triage->history))
        return false;
    for (*ago = 0; take_earlier(input, *ago); ++*ago) {
        if (!judge_bytes(&trial, input->bytes, input->length, 1))
            return false;
        if (!trial.has_failed || strncmp(trial.key, "nondeterministic/", 17) == 0)
            continue;
        (void)fprintf(stderr, "replay: %s: nothing fails; the input %u before it does\n",
                      input->name, *ago);
        return true;
    }
    trial.has_failed = false;
    return false;
}

static void fill(struct folder *folder, struct triage_meta *meta, const struct triage *triage,
                 struct replay_input *input)
{
    memcpy(meta->key, trial.key, sizeof meta->key);
    meta->source = input->name;
    meta->bytes_before = input->length;
    meta->operations_before = input->text.program.count;
    write_file(folder, "original.bin", input->bytes, input->length);
    input->length = judge_minimize(&trial, input->bytes, input->length, meta->turns);
    meta->bytes = input->length;
    write_file(folder, "input.bin", input->bytes, input->length);
    (void)judge_bytes(&trial, input->bytes, input->length, meta->turns);
    copy_log(folder, triage->log);
    if (target_program != NULL) {
        program_decode(&input->text.program, input->bytes, input->length);
        meta->operations = input->text.program.count;
        write_program(folder, input, meta->key);
        meta->program = outcome_of(folder, "program.txt", meta->key);
        meta->repro = triage_repro(folder->path, input, meta);
    } else {
        meta->without = "the input is no program";
    }
    meta->input = outcome_of(folder, "input.bin", meta->key);
    write_meta(folder, meta, triage);
}

static enum triage_outcome ask_another(const struct triage *triage, const char *name)
{
    static char said[SAID_BYTES];
    const char *const words[] = {triage->also, "--triage", "--into", triage->into, name, NULL};
    int status = spawn_and_read(words, said, sizeof said, false);
    (void)fputs(said, stdout);
    return WIFEXITED(status) ? (enum triage_outcome)WEXITSTATUS(status) : TRIAGE_TROUBLE;
}

enum triage_outcome triage_input(const struct triage *triage, struct replay_input *input)
{
    struct folder folder = {.has_trouble = false};
    struct triage_meta meta = {.turns = 1};
    if (!judge_any(&trial, input->bytes, input->length, &meta.turns))
        return TRIAGE_TROUBLE;
    if (!trial.has_failed && find_in_history(triage, input, &meta.ago))
        meta.turns = 1;
    if (!trial.has_failed && triage->also != NULL)
        return ask_another(triage, input->name);
    if (!trial.has_failed) {
        (void)fprintf(stderr, "replay: %s: nothing fails\n", input->name);
        return TRIAGE_SILENT;
    }
    name_place(&folder, triage->into, trial.key);
    if (!make_folder(&folder, triage->into) || !make_folder(&folder, folder.path))
        return TRIAGE_TROUBLE;
    if (!has_meta(&folder))
        fill(&folder, &meta, triage, input);
    (void)printf("%s\n", folder.path);
    return folder.has_trouble ? TRIAGE_TROUBLE : TRIAGE_MADE;
}
