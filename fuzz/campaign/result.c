#include "fuzz/campaign/result.h"

#include "fuzz/campaign/build.h"
#include "fuzz/campaign/words.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

/* What is not UTF-8 becomes '?'. */
static json_t *words(const char *text)
{
    char safe[SAID_PATH_BYTES];
    json_t *json = json_string(text);
    if (json != NULL)
        return json;
    words_put(safe, sizeof safe, "%s", text);
    for (char *letter = safe; *letter != 0; letter++)
        if (*letter < ' ' || *letter > '~')
            *letter = '?';
    return json_string(safe);
}

static json_t *number(uint64_t value)
{
    return json_integer((json_int_t)value);
}

static json_t *points_json(const struct series *series)
{
    json_t *points = json_array();
    for (unsigned i = 0; i < series->count; i++) {
        const struct point *point = &series->at[i];
        json_array_append_new(points, json_pack("{s:f,s:f,s:f,s:f,s:f}", "seconds", point->seconds,
                                                "coverage", point->coverage, "features",
                                                point->features, "executions", point->executions,
                                                "operations", point->operations));
    }
    return points;
}

static json_t *fuzzer_json(const struct fuzzer *fuzzer)
{
    json_t *row = json_object();
    json_object_set_new(row, "target", words(fuzzer->target));
    json_object_set_new(row, "build", words(build_rows[fuzzer->build].word));
    json_object_set_new(row, "sanitizer", words(build_rows[fuzzer->build].sanitizer));
    json_object_set_new(row, "seconds", json_real(fuzzer->seconds));
    json_object_set_new(row, "processes", json_integer(fuzzer->starts));
    json_object_set_new(row, "executions", number(fuzzer_executions(fuzzer)));
    for (unsigned i = 0; i < COUNT_KINDS; i++)
        json_object_set_new(row, count_words[i], number(fuzzer_count(fuzzer, (enum count)i)));
    json_object_set_new(row, "coverage", number(fuzzer->coverage));
    json_object_set_new(row, "features", number(fuzzer->features));
    json_object_set_new(row, "corpus", number(fuzzer->corpus_size));
    json_object_set_new(row, "points", points_json(&fuzzer->series));
    return row;
}

static json_t *bug_json(const struct bug *bug)
{
    json_t *row = json_object();
    json_object_set_new(row, "key", words(bug->key));
    json_object_set_new(row, "what", words(bug->what));
    json_object_set_new(row, "target", words(bug->target));
    json_object_set_new(row, "build", words(bug->build));
    json_object_set_new(row, "input", words(bug->input));
    json_object_set_new(row, "log", words(bug->log));
    json_object_set_new(row, "folder", words(bug->folder));
    json_object_set_new(row, "note", words(bug->note));
    json_object_set_new(row, "seconds", json_real(bug->seconds));
    json_object_set_new(row, "times", json_integer(bug->times));
    return row;
}

static json_t *matrix_json(const struct matrix *matrix)
{
    json_t *cells = json_array();
    for (unsigned i = 0; i < matrix->count; i++) {
        json_t *row = json_object();
        json_object_set_new(row, "kind", words(matrix->cells[i].kind));
        json_object_set_new(row, "setting", words(matrix->cells[i].setting));
        json_object_set_new(row, "injected", number(matrix->cells[i].injected));
        json_object_set_new(row, "detected", number(matrix->cells[i].detected));
        json_array_append_new(cells, row);
    }
    return cells;
}

static json_t *totals_json(const struct campaign *campaign)
{
    struct totals totals;
    json_t *row = json_object();
    campaign_totals(campaign, &totals);
    json_object_set_new(row, "executions", number(totals.executions));
    for (unsigned i = 0; i < COUNT_KINDS; i++)
        json_object_set_new(row, count_words[i], number(totals.counts.at[i]));
    return row;
}

static bool write_json(const struct campaign *campaign, const char *path)
{
    json_t *root = json_object();
    json_t *fuzzers = json_array();
    json_t *bugs = json_array();
    for (unsigned i = 0; i < campaign->fuzzer_count; i++)
        json_array_append_new(fuzzers, fuzzer_json(&campaign->fuzzers[i]));
    for (unsigned i = 0; i < campaign->bugs.count; i++)
        json_array_append_new(bugs, bug_json(&campaign->bugs.at[i]));
    json_object_set_new(root, "format", json_string("expool-fuzz/1"));
    json_object_set_new(root, "engine", json_string(engine_words[campaign->settings.engine]));
    json_object_set_new(root, "seconds", json_real(campaign->ended - campaign->began));
    json_object_set_new(root, "was_interrupted", json_boolean(campaign->was_interrupted));
    json_object_set_new(root, "trouble", words(campaign->trouble));
    json_object_set_new(root, "status", json_integer(campaign_status(campaign)));
    json_object_set_new(root, "totals", totals_json(campaign));
    json_object_set_new(root, "fuzzers", fuzzers);
    json_object_set_new(root, "bugs", bugs);
    json_object_set_new(root, "cells", matrix_json(&campaign->matrix));
    bool is_written = json_dump_file(root, path, JSON_INDENT(1) | JSON_REAL_PRECISION(9)) == 0;
    json_decref(root);
    return is_written;
}

static void put_escaped(FILE *file, const char *text)
{
    for (; *text != 0; text++)
        switch (*text) {
        case '<': fputs("&lt;", file); break;
        case '>': fputs("&gt;", file); break;
        case '&': fputs("&amp;", file); break;
        case '"': fputs("&quot;", file); break;
        default: fputc(*text < ' ' || *text > '~' ? '?' : *text, file);
        }
}

/* A case for each target and build; its failures are the bugs it found first. */
static void write_case(const struct campaign *campaign, const struct fuzzer *fuzzer, FILE *file)
{
    const char *build = build_rows[fuzzer->build].word;
    fprintf(file, "  <testcase classname=\"fuzz\" name=\"%s %s\" time=\"%.1f\">\n", fuzzer->target,
            build, fuzzer->seconds);
    for (unsigned i = 0; i < campaign->bugs.count; i++) {
        const struct bug *bug = &campaign->bugs.at[i];
        if (bug->target != fuzzer->target || strcmp(bug->build, build) != 0)
            continue;
        fputs("    <failure message=\"", file);
        put_escaped(file, bug->what);
        fputs("\">", file);
        put_escaped(file, bug->input);
        fputs("</failure>\n", file);
    }
    if (!campaign_has_checked(campaign, fuzzer->target))
        fputs("    <error message=\"nothing was checked\"/>\n", file);
    fputs("  </testcase>\n", file);
}

static bool write_junit(const struct campaign *campaign, const char *path)
{
    FILE *file = fopen(path, "we");
    if (file == NULL)
        return false;
    fprintf(file,
            "<?xml version=\"1.0\"?>\n<testsuite name=\"fuzz\" tests=\"%u\" failures=\"%u\">\n",
            campaign->fuzzer_count, campaign->bugs.count);
    for (unsigned i = 0; i < campaign->fuzzer_count; i++)
        write_case(campaign, &campaign->fuzzers[i], file);
    fputs("</testsuite>\n", file);
    bool is_written = ferror(file) == 0;
    return fclose(file) == 0 && is_written;
}

bool result_write(const struct campaign *campaign, const char *json, const char *junit)
{
    return write_json(campaign, json) && write_junit(campaign, junit);
}
