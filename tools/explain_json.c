#include "tools/explain.h"

#include "tools/explain_pages.h"
#include "tools/stop_codes.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static json_t *parameters(const struct stop_code *code, const struct stop_case *which)
{
    json_t *list = json_array();
    for (unsigned i = 1; i <= STOP_PARAMETERS; i++)
        json_array_append_new(list, json_string(stop_parameter(code, which, i)));
    return list;
}

static json_t *rules(const struct topic *topic)
{
    json_t *list = json_array();
    struct page page = {0};
    while (page_next(&page)) {
        char *rule = strndup(page.rule, page.rule_length);
        bool is_wanted = topic->rule != NULL ? strcmp(rule, topic->rule) == 0
                         : topic->has_case   ? page_has_case(&page, topic->code, topic->number)
                                             : page_has_code(&page, topic->code);
        if (is_wanted) {
            char *text = explain_section(rule);
            json_array_append_new(list, json_pack("{s:s, s:s}", "rule", rule, "text", text));
            free(text);
        }
        free(rule);
    }
    return list;
}

void topic_print_json(const struct topic *topic, FILE *file)
{
    const struct stop_code *code = stop_code_find(topic->code);
    const struct stop_case *which =
        topic->has_case ? stop_case_find(topic->code, topic->number) : NULL;
    const char *symbol = stop_symbol(topic->code);
    json_t *object = json_object();
    json_object_set_new(object, "schema", json_string("expool-explain/1"));
    if (topic->rule == NULL) {
        json_object_set_new(object, "code", json_integer(topic->code));
        json_object_set_new(object, "name", json_string(symbol != NULL ? symbol : ""));
    }
    if (topic->has_case)
        json_object_set_new(object, "case", json_integer((json_int_t)topic->number));
    if (code != NULL && topic->rule == NULL) {
        json_object_set_new(object, "text", json_string(code->text));
        json_object_set_new(object, "parameters", parameters(code, which));
    }
    if (which != NULL) {
        json_object_set_new(object, "case_text", json_string(which->text));
        json_object_set_new(object, "checked_by", json_string(which->checked_by));
    }
    json_object_set_new(object, "rules", rules(topic));
    (void)json_dumpf(object, file, JSON_INDENT(2));
    (void)fputc('\n', file);
    json_decref(object);
}
