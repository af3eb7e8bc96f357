/* report.c - expool report RECORD...: the records of a run as text, JSON, SARIF, JUnit or
 * annotations. */
#include "tools/findings.h"
#include "tools/names.h"
#include "tools/root.h"
#include "tools/verb.h"
#include "tools/verb_line.h"

#include <stdlib.h>

enum { OPTION_TO = 0x100, OPTION_SYSROOT, OPTION_DEBUG_DIR, OPTION_ROOT, FILES_MAX = 1024 };

struct line {
    const char *formats;
    const char *sysroot;
    const char *debug_dir;
    const char *root;
    const char *files[FILES_MAX];
    size_t file_count;
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct line *line = state->input;
    switch (key) {
    case OPTION_TO: line->formats = argument; return 0;
    case OPTION_SYSROOT: line->sysroot = argument; return 0;
    case OPTION_DEBUG_DIR: line->debug_dir = argument; return 0;
    case OPTION_ROOT: line->root = argument; return 0;
    case ARGP_KEY_ARG:
        if (line->file_count == FILES_MAX)
            die(EXIT_TROUBLE, "more than %d files", FILES_MAX);
        line->files[line->file_count++] = argument;
        return 0;
    default: return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option options[] = {
    {"to", OPTION_TO, "text|json|sarif|junit|github|record,...", 0,
     "How, one or several (default: text)", 1},
    {"sysroot", OPTION_SYSROOT, "DIR", 0, "Look for programs and libraries under DIR", 1},
    {"debug-dir", OPTION_DEBUG_DIR, "DIR", 0, "Look for debug information in DIR, too", 1},
    {"root", OPTION_ROOT, "DIR", 0, "Show sources from DIR (the repository of this folder)", 1},
    {0}};

int verb_report(int argc, char **argv)
{
    static const struct argp argp = {
        options,
        parse,
        "RECORD...",
        "What expool found, from the records that record=FILE keeps.\v"
        "Examples:\n"
        "  expool run --record=app.rec -- ./app; expool report app.rec --to json\n"
        "  expool report *.rec --to sarif,junit -o findings\n\n"
        "Exit:\n"
        "  0   nothing was found\n"
        "  1   findings\n"
        "  2   trouble",
        NULL,
        NULL,
        NULL};
    static struct line line = {.formats = "text"};
    struct common common = {0};
    const struct verb_line verb = {
        &argp, &line, COMMON_OUTPUT | COMMON_QUIET | COMMON_JSON, &common, EXIT_TROUBLE, false};
    (void)verb_line_parse(&verb, argc, argv);
    if (common.wants_json)
        line.formats = "json";
    if (line.file_count == 0)
        die(EXIT_TROUBLE, "which records? expool report FILE...");
    if (!findings_formats_known(line.formats))
        return EXIT_TROUBLE;
    need_there("--sysroot", line.sysroot, EXIT_TROUBLE);
    need_there("--debug-dir", line.debug_dir, EXIT_TROUBLE);
    need_there("--root", line.root, EXIT_TROUBLE);
    struct findings *findings = findings_read(line.files, line.file_count);
    if (findings == NULL)
        return EXIT_TROUBLE;
    char *root = root_find(line.root);
    struct names *names = names_new(line.sysroot, line.debug_dir);
    findings->names = names;
    findings->root = root;
    const struct findings_output output = {common.output, false, common.is_forced};
    bool is_written = findings_write(findings, line.formats, &output);
    int found = findings->count > 0 ? EXIT_FOUND : EXIT_NOTHING;
    findings_free(findings);
    names_free(names);
    free(root);
    return is_written ? found : EXIT_TROUBLE;
}
