#include "fuzz/oracle_fault.h"

#include "bench/words.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_BYTES = 512, PATH_BYTES = 512 };

static bool complain(const char *path, const char *what)
{
    fprintf(stderr, "oracle: %s: %s\n", path, what);
    return false;
}

/* The rest of a line that begins with `prefix`; false: another line. */
static bool take(const char *line, const char *prefix, char *to, size_t room)
{
    size_t length = strlen(prefix);
    if (strncmp(line, prefix, length) != 0)
        return false;
    snprintf(to, room, "%s", line + length);
    to[strcspn(to, "\r\n")] = 0;
    return true;
}

static void read_line(struct oracle_fault *fault, const char *line)
{
    char tier[8] = "";
    if (take(line, "# tier: ", tier, sizeof tier))
        fault->tier = (char)(tier[1] == 0 ? tier[0] : '?');
    (void)(take(line, "# name: ", fault->name, sizeof fault->name) ||
           take(line, "# target: ", fault->target, sizeof fault->target) ||
           take(line, "# what: ", fault->what, sizeof fault->what) ||
           take(line, "+++ b/", fault->file, sizeof fault->file));
}

static bool judge(const struct oracle_fault *fault, const char *path)
{
    const char *name = strrchr(path, '/') + 1;
    size_t length = strcspn(name, ".");
    if (fault->tier < 'A' || fault->tier > 'C')
        return complain(path, "line '# tier: ' must say A, B or C");
    if (fault->target[0] == 0)
        return complain(path, "no line '# target: '");
    if (fault->what[0] == 0)
        return complain(path, "no line '# what: '");
    if (fault->file[0] == 0)
        return complain(path, "no line '+++ b/': it patches nothing");
    if (strlen(fault->name) != length || strncmp(fault->name, name, length) != 0)
        return complain(path, "line '# name: ' must be the file's name");
    return true;
}

static bool read_patch(struct oracle_fault *fault, const char *path)
{
    char line[LINE_BYTES];
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return complain(path, strerror(errno));
    *fault = (struct oracle_fault){.tier = 0};
    while (fgets(line, sizeof line, file) != NULL)
        read_line(fault, line);
    fclose(file);
    return judge(fault, path);
}

static int is_patch(const struct dirent *entry)
{
    size_t length = strlen(entry->d_name);
    return length > 6 && strcmp(entry->d_name + length - 6, ".patch") == 0;
}

static int by_tier_and_name(const void *left, const void *right)
{
    const struct oracle_fault *a = left;
    const struct oracle_fault *b = right;
    return a->tier != b->tier ? a->tier - b->tier : strcmp(a->name, b->name);
}

bool oracle_faults_read(struct oracle_faults *faults, const char *folder)
{
    struct dirent **entries = NULL;
    bool is_good = true;
    int count = scandir(folder, &entries, is_patch, alphasort);
    if (count < 0)
        return complain(folder, strerror(errno));
    if (count > ORACLE_FAULTS_MAX)
        is_good = complain(folder, "more patches than the oracle has room for");
    faults->count = 0;
    for (int i = 0; i < count; i++) {
        char path[PATH_BYTES];
        snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
        is_good = is_good && read_patch(&faults->fault[faults->count++], path);
        free(entries[i]);
    }
    free(entries);
    qsort(faults->fault, faults->count, sizeof faults->fault[0], by_tier_and_name);
    return is_good;
}

unsigned oracle_faults_choose(struct oracle_faults *faults, const char *tiers, const char *name)
{
    unsigned kept = 0;
    for (unsigned i = 0; i < faults->count; i++) {
        const struct oracle_fault *fault = &faults->fault[i];
        bool is_of_tier = tiers[0] == 0 || strchr(tiers, fault->tier) != NULL;
        if (is_of_tier && (name[0] == 0 || strcmp(name, fault->name) == 0))
            faults->fault[kept++] = *fault;
    }
    faults->count = kept;
    return kept;
}

const char *oracle_faults_nearest(const struct oracle_faults *faults, const char *name)
{
    const char *names[ORACLE_FAULTS_MAX];
    for (unsigned i = 0; i < faults->count; i++)
        names[i] = faults->fault[i].name;
    for (unsigned i = 0; i < faults->count; i++)
        if (strstr(names[i], name) != NULL)
            return names[i];
    return faults->count > 0 ? word_nearest(name, names, faults->count) : "";
}
