/* symbolize.c - expool symbolize [LOG|JSON|RECORD]: adds function, file and line to the frames of a
 * report that have none, on this machine or another. */
#include "tools/findings.h"
#include "tools/names.h"
#include "tools/symbolize_json.h"
#include "tools/verb.h"
#include "tools/verb_line.h"

#include <errno.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    OPTION_SYSROOT = 0x100,
    OPTION_DEBUG_DIR,
    OPTION_PROGRAM,
    PATH_BYTES = 4096,
    GROUPS = 5,
    FUNCTION_COLUMNS = 28,
};

struct symbolize {
    const char *sysroot;
    const char *debug_dir;
    const char *program;
    const char *file;
    struct names *names;
    regex_t pattern;
    const struct expool_record *record; /* whose text is read; NULL: a log */
    unsigned named;
    unsigned left;
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct symbolize *symbolize = state->input;
    switch (key) {
    case OPTION_SYSROOT: symbolize->sysroot = argument; return 0;
    case OPTION_DEBUG_DIR: symbolize->debug_dir = argument; return 0;
    case OPTION_PROGRAM: symbolize->program = argument; return 0;
    case ARGP_KEY_ARG:
        if (symbolize->file != NULL)
            return ARGP_ERR_UNKNOWN;
        symbolize->file = argument;
        return 0;
    default: return ARGP_ERR_UNKNOWN;
    }
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

/* A report shows a module's last name; a record knows where it was. */
static bool path_of_record(const struct symbolize *symbolize, const char *name, char *path)
{
    const struct expool_record *record = symbolize->record;
    const struct expool_record_module *modules =
        record == NULL ? NULL : record_list(record, record->modules, sizeof modules[0]);
    for (uint32_t i = 0; modules != NULL && i < record->modules.count; i++) {
        const char *found = record_text(record, i == 0 ? record->program : modules[i].path);
        const char *shown = record_text(record, modules[i].path);
        if (strcmp(base_name(shown), name) == 0 || strcmp(base_name(found), name) == 0) {
            (void)snprintf(path, PATH_BYTES, "%s", found);
            return true;
        }
    }
    return false;
}

static void path_of_module(const struct symbolize *symbolize, const char *name, char *path)
{
    static const char *const folders[] = {"",
                                          "/usr/lib/x86_64-linux-gnu",
                                          "/lib/x86_64-linux-gnu",
                                          "/usr/lib/aarch64-linux-gnu",
                                          "/usr/lib",
                                          "/usr/local/lib",
                                          "/usr/bin",
                                          "/usr/local/bin"};
    if (symbolize->program != NULL && strcmp(base_name(symbolize->program), name) == 0) {
        (void)snprintf(path, PATH_BYTES, "%s", symbolize->program);
        return;
    }
    if (path_of_record(symbolize, name, path))
        return;
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        char whole[PATH_BYTES * 2];
        (void)snprintf(path, PATH_BYTES, "%s%s%.255s", folders[i], folders[i][0] != 0 ? "/" : "",
                       name);
        (void)snprintf(whole, sizeof whole, "%s%s",
                       symbolize->sysroot != NULL ? symbolize->sysroot : "", path);
        if (access(whole, R_OK) == 0)
            return;
    }
    (void)snprintf(path, PATH_BYTES, "%.255s", name);
}

static void copy_group(const char *line, regmatch_t group, char *text, size_t capacity)
{
    int length = group.rm_so < 0 ? 0 : group.rm_eo - group.rm_so;
    (void)snprintf(text, capacity, "%.*s", length, group.rm_so < 0 ? "" : line + group.rm_so);
}

/* "    #0 ??      module+0x1234 (build-id ab12)" -> "    #0 main      app.c:9:5" */
static void put_named(const char *line, const regmatch_t *groups, const struct frame_names *names)
{
    static const char unknown[] = "?? ";
    int front = groups[0].rm_so;
    const char *mark = memmem(line, (size_t)front, unknown, sizeof unknown - 1);
    if (mark != NULL)
        (void)printf("%.*s%-*s ", (int)(mark - line), line,
                     FUNCTION_COLUMNS - (int)(mark - line) + 3,
                     names->function[0] != 0 ? names->function : "??");
    else
        (void)printf("%.*s", front, line);
    if (names->file[0] != 0 && names->column > 0)
        (void)printf("%s:%u:%u", names->file, names->line, names->column);
    else if (names->file[0] != 0)
        (void)printf("%s:%u", names->file, names->line);
    else
        (void)printf("%.*s", (int)(groups[0].rm_eo - groups[0].rm_so), line + front);
    (void)printf("%s", line + groups[0].rm_eo);
}

static void put_line(struct symbolize *symbolize, const char *line)
{
    regmatch_t groups[GROUPS];
    char name[PATH_BYTES];
    char number[32];
    char build_id[128];
    char path[PATH_BYTES];
    struct frame_names names = {"", "", 0, 0, "", ""};
    if (regexec(&symbolize->pattern, line, GROUPS, groups, 0) != 0) {
        (void)fputs(line, stdout);
        return;
    }
    copy_group(line, groups[1], name, sizeof name);
    copy_group(line, groups[2], number, sizeof number);
    copy_group(line, groups[4], build_id, sizeof build_id);
    path_of_module(symbolize, name, path);
    if (names_find(symbolize->names, path, build_id, strtoull(number, NULL, 16), &names)) {
        symbolize->named++;
        put_named(line, groups, &names);
    } else {
        symbolize->left++;
        (void)fputs(line, stdout);
    }
}

static void put_text(struct symbolize *symbolize, FILE *file)
{
    char *line = NULL;
    size_t capacity = 0;
    while (getline(&line, &capacity, file) >= 0)
        put_line(symbolize, line);
    free(line);
    if (ferror(file) != 0)
        die(EXIT_TROUBLE, "%s: %s", symbolize->file != NULL ? symbolize->file : "standard input",
            strerror(errno));
}

static void put_records(struct symbolize *symbolize)
{
    struct findings *findings = findings_read(&symbolize->file, 1);
    if (findings == NULL)
        exit(EXIT_TROUBLE);
    for (size_t i = 0; i < findings->count; i++) {
        symbolize->record = findings->records[i];
        const char *text = record_text(symbolize->record, symbolize->record->text);
        FILE *file = text[0] == 0 ? NULL : fmemopen((void *)(uintptr_t)text, strlen(text), "r");
        if (file == NULL)
            continue;
        put_text(symbolize, file);
        (void)fclose(file);
    }
    findings_free(findings);
}

static void find_module(void *context, const char *module, char *path)
{
    path_of_module(context, module, path);
}

/* A log begins with anything, a document of JSON with a brace. */
static bool put_json(struct symbolize *symbolize, FILE *file)
{
    struct symbolize_count count = {0};
    int first = fgetc(file);
    (void)ungetc(first, file);
    if (first != '{' || !symbolize_json(file, symbolize->names, find_module, symbolize, &count)) {
        rewind(file);
        return false;
    }
    symbolize->named += count.named;
    symbolize->left += count.left;
    return true;
}

static bool is_record(FILE *file)
{
    uint64_t magic = 0;
    bool is_read = fread(&magic, sizeof magic, 1, file) == 1;
    rewind(file);
    return is_read && magic == EXPOOL_RECORD_MAGIC;
}

static void put_file(struct symbolize *symbolize)
{
    FILE *file = fopen(symbolize->file, "re");
    if (file == NULL)
        die(EXIT_TROUBLE, "%s: %s", symbolize->file, strerror(errno));
    if (is_record(file))
        put_records(symbolize);
    else if (!put_json(symbolize, file))
        put_text(symbolize, file);
    (void)fclose(file);
}

static const struct argp_option options[] = {
    {"sysroot", OPTION_SYSROOT, "DIR", 0, "Look for programs and libraries under DIR", 1},
    {"debug-dir", OPTION_DEBUG_DIR, "DIR", 0,
     "Look in DIR, too: for modules by name, for debug files by build-id", 1},
    {"program", OPTION_PROGRAM, "FILE", 0, "The program that the log is of", 1},
    {0}};

int verb_symbolize(int argc, char **argv)
{
    static const struct argp argp = {
        options,
        parse,
        "[LOG|JSON|RECORD]",
        "Adds function, file, line and column to frames that read MODULE+0x1234, and to those of "
        "what --json wrote; from standard input, a log, without a file.\v"
        "Examples:\n"
        "  expool symbolize ci.log --program build/app\n"
        "  expool symbolize app.rec --sysroot /srv/target --debug-dir symbols\n\n"
        "Exit:\n"
        "  0   all frames have names now\n"
        "  1   some have none\n"
        "  2   trouble",
        NULL,
        NULL,
        NULL};
    struct symbolize symbolize = {0};
    struct common common = {0};
    const struct verb_line line = {&argp, &symbolize, COMMON_QUIET, &common, EXIT_TROUBLE, false};
    int next = verb_line_parse(&line, argc, argv);
    if (next < argc)
        die(EXIT_TROUBLE, "one file at a time, not also '%s'", argv[next]);
    need_there("--sysroot", symbolize.sysroot, EXIT_TROUBLE);
    need_there("--debug-dir", symbolize.debug_dir, EXIT_TROUBLE);
    need_there("--program", symbolize.program, EXIT_TROUBLE);
    symbolize.names = names_new(symbolize.sysroot, symbolize.debug_dir);
    if (regcomp(&symbolize.pattern,
                "([^ /()]+)\\+0x([0-9a-f]+)( \\(build-id ([0-9a-f]+)[.]*\\)?)?[.]*",
                REG_EXTENDED) != 0)
        die(EXIT_TROUBLE, "the pattern of a frame");
    if (symbolize.file != NULL)
        put_file(&symbolize);
    else
        put_text(&symbolize, stdin);
    regfree(&symbolize.pattern);
    names_free(symbolize.names);
    if (symbolize.left > 0 && !common.is_quiet)
        say("%u frame%s without a name: the module is not here, or is another build (--program, "
            "--sysroot, --debug-dir)",
            symbolize.left, symbolize.left == 1 ? "" : "s");
    return symbolize.left > 0 ? EXIT_FOUND : EXIT_NOTHING;
}
