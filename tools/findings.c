#include "tools/findings.h"

#include "tools/demangle.h"
#include "tools/names.h"
#include "tools/say.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void *need(void *memory)
{
    if (memory == NULL)
        die(2, "%s", strerror(ENOMEM));
    return memory;
}

static char *read_whole(const char *path, size_t *length)
{
    enum { STEP = 1 << 20 };
    FILE *file = fopen(path, "re");
    char *bytes = NULL;
    size_t got = 1;
    *length = 0;
    if (file == NULL) {
        say("%s: %s", path, strerror(errno));
        return NULL;
    }
    while (got > 0) {
        bytes = need(realloc(bytes, *length + STEP));
        got = fread(bytes + *length, 1, STEP, file);
        *length += got;
    }
    bool is_bad = ferror(file) != 0;
    (void)fclose(file);
    if (!is_bad)
        return bytes;
    say("%s: %s", path, strerror(errno));
    free(bytes);
    return NULL;
}

/* The size says where the next begins; the last byte ends any string. */
static bool is_whole(const struct expool_record *record, size_t room)
{
    return record->bytes >= sizeof *record && record->bytes <= room && record->bytes % 8 == 0 &&
           record->bytes <= EXPOOL_RECORD_BYTES_MAX &&
           ((const char *)record)[record->bytes - 1] == 0;
}

static void take_file(struct findings *findings, const char *bytes, size_t length)
{
    size_t at = 0;
    while (length - at >= sizeof(struct expool_record)) {
        const struct expool_record *record = (const void *)(bytes + at);
        if (record->magic != EXPOOL_RECORD_MAGIC || !is_whole(record, length - at))
            break;
        findings->records = need(realloc(
            findings->records, (findings->count + 1) * sizeof(const struct expool_record *)));
        findings->records[findings->count++] = record;
        at += record->bytes;
    }
    findings->cut += at < length;
}

struct findings *findings_read(const char *const *paths, size_t count)
{
    struct findings *findings = need(calloc(1, sizeof *findings));
    findings->files = need(calloc(count + 1, sizeof findings->files[0]));
    for (size_t i = 0; i < count; i++) {
        size_t length;
        char *bytes = read_whole(paths[i], &length);
        bool is_record = bytes != NULL;
        if (is_record) {
            findings->files[findings->file_count++] = bytes;
            take_file(findings, bytes, length);
            is_record = length == 0 || findings->cut == 0 || findings->count > 0;
            if (!is_record)
                say("%s: no record of expool's", paths[i]);
        }
        if (!is_record) {
            findings_free(findings);
            return NULL;
        }
    }
    if (findings->cut > 0)
        say("%zu record%s not whole and left out: a process was killed while it wrote",
            findings->cut, findings->cut == 1 ? " is" : "s are");
    return findings;
}

void findings_free(struct findings *findings)
{
    for (size_t i = 0; i < findings->file_count; i++)
        free(findings->files[i]);
    free(findings->files);
    free(findings->records);
    free(findings);
}

const char *record_text(const struct expool_record *record, expool_record_string string)
{
    bool is_good = string >= sizeof *record && string < record->bytes;
    return is_good ? (const char *)record + string : "";
}

const void *record_list(const struct expool_record *record, struct expool_record_list list,
                        size_t element_bytes)
{
    bool is_good = list.count > 0 && list.offset >= sizeof *record && list.offset % 8 == 0 &&
                   list.offset <= record->bytes &&
                   list.count <= (record->bytes - list.offset) / element_bytes;
    return is_good ? (const char *)record + list.offset : NULL;
}

const char *record_program(const struct expool_record *record)
{
    const char *path = record_text(record, record->program);
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path[0] != 0 ? path : "program";
}

const char *record_label(const struct expool_record *record)
{
    return record_text(record, record->label);
}

const char *record_line(const struct expool_record *record, expool_record_string string)
{
    static char line[8192];
    const char *from = record_text(record, string);
    size_t at = 0;
    from += strspn(from, " \n");
    while (*from != 0 && at + 1 < sizeof line) {
        size_t end = strspn(from, " ");
        end += from[end] == '\\' && from[end + 1] == '\n';
        bool is_end = from[end] == '\n';
        if (is_end)
            from += end + strspn(from + end, " \n");
        line[at++] = ' ';
        if (!is_end)
            line[at - 1] = *from++;
    }
    line[at] = 0;
    return line;
}

void record_message(const struct expool_record *record, char *text, size_t capacity)
{
    if (record->kind == EXPOOL_RECORD_LEAKS)
        (void)snprintf(text, capacity, "%llu pool %s (%llu bytes) %s not freed",
                       (unsigned long long)record->leaked_blocks,
                       record->leaked_blocks == 1 ? "block" : "blocks",
                       (unsigned long long)record->leaked_bytes,
                       record->leaked_blocks == 1 ? "was" : "were");
    else
        (void)snprintf(text, capacity, "%s: %s", record_text(record, record->title),
                       record_line(record, record->sentence));
}

static const struct expool_record_module *module_of(const struct expool_record *record,
                                                    const struct expool_record_frame *frame)
{
    const struct expool_record_module *modules =
        record_list(record, record->modules, sizeof modules[0]);
    bool is_good =
        modules != NULL && frame->module >= 0 && (uint32_t)frame->module < record->modules.count;
    return is_good ? &modules[frame->module] : NULL;
}

/* Of a file compiled by a relative path only libdw knows the folder; what was inlined there is of
 * another file. */
static bool is_same_place(const struct frame_names *one, const struct frame_names *other)
{
    const char *slash = strrchr(one->file, '/');
    const char *name = slash != NULL ? slash : one->file;
    size_t length = strlen(other->file);
    return one->line == other->line && length >= strlen(name) &&
           strcmp(other->file + length - strlen(name), name) == 0;
}

struct frame_names finding_frame(const struct findings *findings,
                                 const struct expool_record *record,
                                 const struct expool_record_frame *frame)
{
    const struct expool_record_module *module = module_of(record, frame);
    struct frame_names names = {.function = demangled(record_text(record, frame->function)),
                                .file = record_text(record, frame->file),
                                .line = frame->line,
                                .column = frame->column,
                                .module = "",
                                .build_id = ""};
    if (module != NULL) {
        names.module = record_text(record, module->path);
        names.build_id = record_text(record, module->build_id);
    }
    bool is_program = module != NULL && frame->module == 0;
    if (names.file[0] == '/' || findings->names == NULL || module == NULL)
        return names;
    struct frame_names found = names;
    if (names_find(findings->names,
                   is_program ? record_text(record, record->program) : names.module, names.build_id,
                   frame->offset, &found) &&
        (names.file[0] == 0 || is_same_place(&names, &found)))
        return found;
    return names;
}

const char *finding_path(const struct findings *findings, const struct expool_record *record,
                         const char *file, char path[4096], bool *is_inside)
{
    char *real = NULL;
    (void)snprintf(path, 4096, "%s%s%s",
                   file[0] == '/' ? "" : record_text(record, record->directory),
                   file[0] == '/' ? "" : "/", file);
    *is_inside = false;
    if (findings->root == NULL)
        return file;
    real = realpath(path, NULL);
    if (real != NULL)
        (void)snprintf(path, 4096, "%s", real);
    free(real);
    size_t length = strlen(findings->root);
    *is_inside = strncmp(path, findings->root, length) == 0 && path[length] == '/';
    return *is_inside ? path + length + 1 : path;
}

const struct expool_record_frame *finding_place(const struct findings *findings,
                                                const struct expool_record *record,
                                                struct frame_names *names)
{
    const struct expool_record_frame *first = NULL;
    const struct expool_record_leak *leaks = record_list(record, record->leaks, sizeof leaks[0]);
    struct expool_record_list list = leaks != NULL ? leaks[0].frames : record->access_frames;
    const struct expool_record_frame *frames = record_list(record, list, sizeof frames[0]);
    for (uint32_t i = 0; frames != NULL && i < list.count; i++) {
        char path[4096];
        bool is_inside;
        if ((frames[i].flags & EXPOOL_FRAME_HIDDEN) != 0)
            continue;
        struct frame_names found = finding_frame(findings, record, &frames[i]);
        finding_path(findings, record, found.file, path, &is_inside);
        bool is_placed = found.file[0] != 0 && is_inside;
        if (first == NULL || is_placed) {
            first = &frames[i];
            *names = found;
        }
        if (is_placed)
            break;
    }
    return first;
}
