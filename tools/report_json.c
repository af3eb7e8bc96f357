/* report_json.c - findings as JSON, schema expool-report/1 (docs/report.schema.json). */
#include "tools/findings.h"
#include "tools/json.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MESSAGE_BYTES = 2048, NUMBER_BYTES = 32, PATH_BYTES = 4096 };

json_t *json_words(const char *text)
{
    json_t *value = json_string(text);
    if (value != NULL)
        return value;
    char *plain = strdup(text); /* not UTF-8 */
    if (plain == NULL)
        return json_null();
    for (char *letter = plain; *letter != 0; letter++)
        if ((unsigned char)*letter >= 0x80)
            *letter = '?';
    value = json_string(plain);
    free(plain);
    return value;
}

json_t *json_hex(uint64_t number)
{
    char text[NUMBER_BYTES];
    (void)snprintf(text, sizeof text, "0x%llx", (unsigned long long)number);
    return json_string(text);
}

void json_put(json_t *object, const char *key, json_t *value)
{
    json_object_set_new(object, key, value);
}

void json_put_words(json_t *object, const char *key, const char *text)
{
    if (text[0] != 0)
        json_put(object, key, json_words(text));
}

static json_t *number(uint64_t value)
{
    return json_integer((json_int_t)value);
}

json_t *json_tag(uint32_t tag)
{
    char text[5] = "";
    for (unsigned i = 0; i < 4; i++) {
        char letter = (char)(tag >> (8 * i));
        text[i] = '.';
        if (letter >= ' ' && letter <= '~')
            text[i] = letter;
    }
    return json_string(text);
}

static json_t *frame_of(const struct findings *findings, const struct expool_record *record,
                        const struct expool_record_frame *frame)
{
    char path[PATH_BYTES];
    bool is_inside;
    json_t *object = json_object();
    struct frame_names names = finding_frame(findings, record, frame);
    json_put(object, "address", json_hex(frame->address));
    json_put_words(object, "function", names.function);
    if (names.file[0] != 0) {
        json_put_words(object, "file",
                       finding_path(findings, record, names.file, path, &is_inside));
        json_put(object, "line", number(names.line));
    }
    if (names.column != 0)
        json_put(object, "column", number(names.column));
    json_put_words(object, "module", names.module);
    json_put(object, "offset", json_hex(frame->offset));
    json_put_words(object, "build_id", names.build_id);
    if ((frame->flags & EXPOOL_FRAME_HIDDEN) != 0)
        json_put(object, "hidden", json_true());
    return object;
}

static json_t *stack_of(const struct findings *findings, const struct expool_record *record,
                        struct expool_record_list list)
{
    json_t *array = json_array();
    const struct expool_record_frame *frames = record_list(record, list, sizeof frames[0]);
    for (uint32_t i = 0; frames != NULL && i < list.count; i++)
        json_array_append_new(array, frame_of(findings, record, &frames[i]));
    return array;
}

static json_t *hex_of(const struct expool_record *record)
{
    static const char digits[] = "0123456789abcdef";
    const unsigned char *bytes = record_list(record, record->window_bytes, 1);
    if (bytes == NULL)
        return json_null();
    char *text = malloc((size_t)record->window_bytes.count * 2 + 1);
    if (text == NULL)
        return json_null();
    char *to = text;
    for (uint32_t i = 0; i < record->window_bytes.count; i++) {
        *to++ = digits[bytes[i] >> 4];
        *to++ = digits[bytes[i] & 15];
    }
    *to = 0;
    json_t *value = json_string(text);
    free(text);
    return value;
}

static json_t *block_of(const struct expool_record *record)
{
    json_t *block = json_object();
    bool is_live = (record->flags & EXPOOL_RECORD_IS_LIVE) != 0;
    json_put(block, "address", json_hex(record->block));
    json_put(block, "size", number(record->block_bytes));
    json_put(block, "tag", json_tag(record->tag));
    json_put_words(block, "pool", record_text(record, record->pool));
    json_put_words(block, "place", record_text(record, record->place));
    json_put_words(block, "placement", record_text(record, record->placement));
    json_put(block, "state", json_string(is_live ? "live" : "freed"));
    if ((record->flags & EXPOOL_RECORD_HAS_DETAILS) != 0) {
        json_put(block, "slot", number(record->slot));
        json_put(block, "irql", number(record->irql_allocated));
        json_put(block, "allocation_number", number(record->allocation_number));
        json_put(block, "allocated_ms", number(record->allocated_ms));
        json_put(block, "allocated_by_thread", number(record->thread_allocated));
        if (!is_live)
            json_put(block, "freed_by_thread", number(record->thread_freed));
        json_put(block, "pattern", number(record->fill));
    }
    if (record->changed_count != 0) {
        int64_t first = (int64_t)(record->changed_first - record->block);
        int64_t last = (int64_t)(record->changed_last - record->block);
        json_put(block, "changed",
                 json_pack("{s:I, s:I, s:I}", "first", (json_int_t)first, "last", (json_int_t)last,
                           "count", (json_int_t)record->changed_count));
    }
    if (record->window != 0) {
        json_put(block, "hex_address", json_hex(record->window));
        json_put(block, "hex", hex_of(record));
    }
    return block;
}

static json_t *bugcheck_of(const struct expool_record *record)
{
    json_t *params = json_array();
    for (unsigned i = 0; i < 4; i++)
        json_array_append_new(params, json_hex(record->parameter[i]));
    json_t *bugcheck = json_object();
    json_put(bugcheck, "code", json_hex(record->code));
    if ((record->flags & EXPOOL_RECORD_HAS_SUBCODE) != 0)
        json_put(bugcheck, "subcode", json_hex(record->subcode));
    json_put(bugcheck, "name", json_words(record_text(record, record->name)));
    json_put(bugcheck, "params", params);
    return bugcheck;
}

static json_t *access_of(const struct expool_record *record)
{
    json_t *access = json_object();
    const char *kind = record->access == 1 ? "write" : record->access == 8 ? "execute" : "read";
    json_put(access, "kind", json_string(kind));
    json_put(access, "address", json_hex(record->address));
    json_put(access, "irql", number(record->irql));
    return access;
}

static json_t *sides_of(const struct findings *findings, const struct expool_record *record)
{
    json_t *array = json_array();
    const struct expool_record_stack *sides = record_list(record, record->sides, sizeof sides[0]);
    for (uint32_t i = 0; sides != NULL && i < record->sides.count; i++)
        json_array_append_new(array,
                              json_pack("{s:o, s:o}", "caption",
                                        json_words(record_text(record, sides[i].caption)), "stack",
                                        stack_of(findings, record, sides[i].frames)));
    return array;
}

static json_t *stacks_of(const struct findings *findings, const struct expool_record *record)
{
    json_t *stacks = json_object();
    json_put(stacks, "access", stack_of(findings, record, record->access_frames));
    if ((record->flags & EXPOOL_RECORD_HAS_BLOCK) != 0)
        json_put(stacks, "alloc", stack_of(findings, record, record->allocated_frames));
    if (record->freed_frames.count > 0)
        json_put(stacks, "free", stack_of(findings, record, record->freed_frames));
    if (record->sides.count > 0)
        json_put(stacks, "sides", sides_of(findings, record));
    return stacks;
}

static json_t *ladder_of(const struct findings *findings, const struct expool_record *record)
{
    json_t *array = json_array();
    const struct expool_record_rung *rungs = record_list(record, record->ladder, sizeof rungs[0]);
    for (uint32_t i = 0; rungs != NULL && i < record->ladder.count; i++)
        json_array_append_new(array, json_pack("{s:i, s:i, s:o}", "from", (int)rungs[i].from, "to",
                                               (int)rungs[i].to, "stack",
                                               stack_of(findings, record, rungs[i].frames)));
    return array;
}

static json_t *leaks_of(const struct findings *findings, const struct expool_record *record)
{
    json_t *array = json_array();
    const struct expool_record_leak *rows = record_list(record, record->leaks, sizeof rows[0]);
    for (uint32_t i = 0; rows != NULL && i < record->leaks.count; i++) {
        json_t *row = json_object();
        json_put(row, "bytes", number(rows[i].bytes));
        json_put(row, "blocks", number(rows[i].blocks));
        json_put(row, "size", number(rows[i].size_bytes));
        json_put(row, "tag", json_tag(rows[i].tag));
        json_put(row, "oldest_ms", number(rows[i].oldest_ms));
        json_put_words(row, "pool", record_text(record, rows[i].pool));
        json_put_words(row, "reach", record_text(record, rows[i].reach));
        json_put(row, "alloc", stack_of(findings, record, rows[i].frames));
        json_array_append_new(array, row);
    }
    return array;
}

static json_t *time_of(uint64_t time_ns)
{
    char text[NUMBER_BYTES];
    time_t seconds = (time_t)(time_ns / 1000000000);
    struct tm parts;
    gmtime_r(&seconds, &parts);
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
    return json_string(text);
}

static json_t *environment_of(const struct expool_record *record)
{
    json_t *environment = json_object();
    json_put(environment, "options", json_words(record_text(record, record->options)));
    json_put(environment, "seed", number(record->seed));
    json_put(environment, "coverage", json_words(record_line(record, record->state)));
    json_put_words(environment, "program", record_text(record, record->program));
    json_put_words(environment, "directory", record_text(record, record->directory));
    return environment;
}

static json_t *finding_of(const struct findings *findings, const struct expool_record *record)
{
    char text[MESSAGE_BYTES];
    json_t *finding = json_object();
    (void)snprintf(text, sizeof text, "%u.%u", record->process, record->number);
    json_put(finding, "id", json_string(text));
    record_message(record, text, sizeof text);
    json_put(finding, "verdict", json_words(text));
    json_put(finding, "label", json_words(record_label(record)));
    json_put(finding, "rule", json_words(record_text(record, record->rule)));
    json_put_words(finding, "advice", record_text(record, record->advice));
    json_put_words(finding, "driver", record_text(record, record->driver));
    json_put(finding, "time", time_of(record->time_ns));
    json_put(finding, "process", number(record->process));
    json_put(finding, "thread", number(record->thread));
    json_put(finding, "bugcheck", bugcheck_of(record));
    if ((record->flags & EXPOOL_RECORD_IS_ACCESS) != 0)
        json_put(finding, "access", access_of(record));
    if ((record->flags & EXPOOL_RECORD_HAS_BLOCK) != 0)
        json_put(finding, "block", block_of(record));
    json_put(finding, "stacks", stacks_of(findings, record));
    if (record->ladder.count > 0)
        json_put(finding, "irql_changes", ladder_of(findings, record));
    if (record->kind == EXPOOL_RECORD_LEAKS)
        json_put(finding, "leaks", leaks_of(findings, record));
    json_put(finding, "reproduce",
             json_pack("[s, s, o]", "sh", "-c", json_words(record_line(record, record->command))));
    json_put(finding, "environment", environment_of(record));
    json_put_words(finding, "dedup_token", record_text(record, record->token));
    json_put(finding, "text", json_words(record_text(record, record->text)));
    return finding;
}

json_t *findings_json(const struct findings *findings)
{
    json_t *array = json_array();
    for (size_t i = 0; i < findings->count; i++)
        json_array_append_new(array, finding_of(findings, findings->records[i]));
    return array;
}

bool findings_make_json(const struct findings *findings, FILE *file)
{
    json_t *whole =
        json_pack("{s:s, s:{s:s, s:s}, s:o}", "schema", "expool-report/1", "tool", "name", "expool",
                  "version", EXPOOL_VERSION, "findings", findings_json(findings));
    bool is_written = json_dumpf(whole, file, JSON_INDENT(2)) == 0 && fputc('\n', file) != EOF;
    json_decref(whole);
    return is_written;
}
