/* report_sarif.c - findings as SARIF 2.1.0: a rule for each stop code, a result for each finding,
 * its stacks as stacks, related locations and a code flow (allocated, freed, noticed). */
#include "tools/explain_pages.h"
#include "tools/findings.h"
#include "tools/json.h"

#include <stdlib.h>
#include <string.h>

enum { MESSAGE_BYTES = 2048, PATH_BYTES = 4096, RELATED_MAX = 100 };

static json_t *message_of(const char *text)
{
    return json_pack("{s:o}", "text", json_words(text));
}

/* "my file.c" -> "my%20file.c" */
static json_t *uri_of(const char *path)
{
    static const char plain[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/!$&'()*+,;=:@";
    char uri[PATH_BYTES * 3 + 1];
    char *to = uri;
    for (; *path != 0 && to < uri + sizeof uri - 4; path++)
        if (strchr(plain, *path) != NULL)
            *to++ = *path;
        else
            to += snprintf(to, 4, "%%%02X", (unsigned char)*path);
    *to = 0;
    return json_string(uri);
}

static json_t *artifact_of(const struct findings *findings, const struct expool_record *record,
                           const char *file)
{
    char path[PATH_BYTES];
    bool is_inside;
    const char *shown = finding_path(findings, record, file, path, &is_inside);
    json_t *artifact = json_object();
    if (is_inside) {
        json_put(artifact, "uri", uri_of(shown));
        json_put(artifact, "uriBaseId", json_string("SRCROOT"));
        return artifact;
    }
    char uri[PATH_BYTES + 8];
    (void)snprintf(uri, sizeof uri, "%s%s", shown[0] == '/' ? "file://" : "", shown);
    json_put(artifact, "uri", uri_of(uri));
    return artifact;
}

static json_t *location_of(const struct findings *findings, const struct expool_record *record,
                           const struct frame_names *names)
{
    json_t *location = json_object();
    if (names->file[0] != 0) {
        json_t *region = json_object();
        json_put(region, "startLine", json_integer(names->line > 0 ? names->line : 1));
        if (names->column > 0)
            json_put(region, "startColumn", json_integer(names->column));
        json_put(location, "physicalLocation",
                 json_pack("{s:o, s:o}", "artifactLocation",
                           artifact_of(findings, record, names->file), "region", region));
    }
    const char *function = names->function[0] != 0 ? names->function : names->module;
    if (function[0] != 0)
        json_put(location, "logicalLocations",
                 json_pack("[{s:o, s:s}]", "name", json_words(function), "kind", "function"));
    return location;
}

/* GitHub refuses a file with a result that is nowhere: where no frame has a source, the program
 * itself stands for it. */
static json_t *program_location_of(const struct findings *findings,
                                   const struct expool_record *record)
{
    const char *program = record_text(record, record->program);
    return json_pack("{s:{s:o, s:{s:i}}}", "physicalLocation", "artifactLocation",
                     artifact_of(findings, record, program[0] != 0 ? program : "program"), "region",
                     "startLine", 1);
}

static json_t *place_of(const struct findings *findings, const struct expool_record *record)
{
    struct frame_names names;
    bool is_known = finding_place(findings, record, &names) != NULL;
    if (is_known && names.file[0] != 0)
        return location_of(findings, record, &names);
    json_t *location = program_location_of(findings, record);
    json_t *logical = is_known ? location_of(findings, record, &names) : json_object();
    (void)json_object_update_missing(location, logical);
    json_decref(logical);
    return location;
}

struct walk {
    const struct findings *findings;
    const struct expool_record *record;
    json_t *stacks;
    json_t *related;
    json_t *flow;
};

/* Locations of a code flow stand in the order of events, the outermost call first. */
static void add_stack(struct walk *walk, struct expool_record_list list, const char *caption)
{
    const struct expool_record_frame *frames = record_list(walk->record, list, sizeof frames[0]);
    json_t *array = json_array();
    bool is_first = true;
    for (uint32_t i = 0; frames != NULL && i < list.count; i++) {
        if ((frames[i].flags & EXPOOL_FRAME_HIDDEN) != 0)
            continue;
        struct frame_names names = finding_frame(walk->findings, walk->record, &frames[i]);
        json_t *location = location_of(walk->findings, walk->record, &names);
        json_t *frame = json_pack("{s:O}", "location", location);
        json_put_words(frame, "module", names.module);
        json_array_append_new(array, frame);
        if (is_first && json_array_size(walk->related) < RELATED_MAX && names.file[0] != 0) {
            json_t *related = json_deep_copy(location);
            json_put(related, "id", json_integer((json_int_t)json_array_size(walk->related) + 1));
            json_put(related, "message", message_of(caption));
            json_array_append_new(walk->related, related);
            json_t *event = json_deep_copy(location);
            json_put(event, "message", message_of(caption));
            json_array_append_new(walk->flow, json_pack("{s:o}", "location", event));
        }
        is_first = false;
        json_decref(location);
    }
    if (json_array_size(array) > 0)
        json_array_append_new(
            walk->stacks, json_pack("{s:o, s:o}", "message", message_of(caption), "frames", array));
    else
        json_decref(array);
}

static void add_stacks(struct walk *walk)
{
    const struct expool_record *record = walk->record;
    const struct expool_record_stack *sides = record_list(record, record->sides, sizeof sides[0]);
    const struct expool_record_leak *leaks = record_list(record, record->leaks, sizeof leaks[0]);
    const char *where = record_text(record, record->where);
    add_stack(walk, record->allocated_frames, "Allocated here");
    add_stack(walk, record->freed_frames, "Freed here");
    for (uint32_t i = 0; sides != NULL && i < record->sides.count; i++)
        add_stack(walk, sides[i].frames, record_text(record, sides[i].caption));
    for (uint32_t i = 0; leaks != NULL && i < record->leaks.count; i++)
        add_stack(walk, leaks[i].frames, "Allocated here, never freed");
    add_stack(walk, record->access_frames, where[0] != 0 ? where : "Noticed here");
}

static json_t *result_of(const struct findings *findings, const struct expool_record *record,
                         size_t rule_index)
{
    char text[MESSAGE_BYTES];
    struct walk walk = {findings, record, json_array(), json_array(), json_array()};
    const char *token = record_text(record, record->token);
    json_t *locations = json_array();
    add_stacks(&walk);
    json_array_append_new(locations, place_of(findings, record));
    record_message(record, text, sizeof text);
    json_t *result = json_pack("{s:s, s:I, s:s, s:o, s:o}", "ruleId", record_label(record),
                               "ruleIndex", (json_int_t)rule_index, "level", "error", "message",
                               message_of(text), "locations", locations);
    json_put(
        result, "partialFingerprints",
        json_pack("{s:o}", "expool/v1", json_words(token[0] != 0 ? token : record_label(record))));
    json_put(result, "relatedLocations", walk.related);
    json_put(result, "stacks", walk.stacks);
    if (json_array_size(walk.flow) > 0)
        json_put(result, "codeFlows",
                 json_pack("[{s:[{s:o}]}]", "threadFlows", "locations", walk.flow));
    else
        json_decref(walk.flow);
    json_put(result, "properties",
             json_pack("{s:o, s:o}", "rule", json_words(record_text(record, record->rule)),
                       "reproduce", json_words(record_line(record, record->command))));
    return result;
}

static json_t *rule_of(const struct expool_record *record)
{
    struct page page;
    const char *rule = record_text(record, record->rule);
    json_t *help = message_of(record_text(record, record->advice));
    if (page_find(rule, &page)) {
        size_t blank = strspn(page.text, "\n");
        char *text = strndup(page.text + blank, page.length - blank);
        if (text != NULL) {
            json_put(help, "text", json_words(text));
            json_put(help, "markdown", json_words(text));
        }
        free(text);
    }
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:{s:s}, s:{s:[s,s], s:s, s:s}}", "id",
                     json_words(record_label(record)), "name", json_words(rule), "shortDescription",
                     message_of(record_text(record, record->title)), "fullDescription",
                     message_of(record_text(record, record->name)), "help", help,
                     "defaultConfiguration", "level", "error", "properties", "tags", "memory",
                     "correctness", "precision", "very-high", "problem.severity", "error");
}

static size_t rule_index(json_t *rules, const struct expool_record *record)
{
    size_t count = json_array_size(rules);
    for (size_t i = 0; i < count; i++)
        if (strcmp(json_string_value(json_object_get(json_array_get(rules, i), "id")),
                   record_label(record)) == 0)
            return i;
    json_array_append_new(rules, rule_of(record));
    return count;
}

bool findings_make_sarif(const struct findings *findings, FILE *file)
{
    json_t *rules = json_array();
    json_t *results = json_array();
    for (size_t i = 0; i < findings->count; i++)
        json_array_append_new(results, result_of(findings, findings->records[i],
                                                 rule_index(rules, findings->records[i])));
    json_t *run = json_pack("{s:{s:{s:s, s:s, s:o}}, s:o, s:s}", "tool", "driver", "name", "expool",
                            "version", EXPOOL_VERSION, "rules", rules, "results", results,
                            "columnKind", "utf16CodeUnits");
    if (findings->root != NULL) {
        char uri[PATH_BYTES + 16];
        (void)snprintf(uri, sizeof uri, "file://%s/", findings->root);
        json_put(run, "originalUriBaseIds", json_pack("{s:{s:o}}", "SRCROOT", "uri", uri_of(uri)));
    }
    json_t *whole =
        json_pack("{s:s, s:s, s:[o]}", "$schema", "https://json.schemastore.org/sarif-2.1.0.json",
                  "version", "2.1.0", "runs", run);
    bool is_written = json_dumpf(whole, file, JSON_INDENT(2)) == 0 && fputc('\n', file) != EOF;
    json_decref(whole);
    return is_written;
}
