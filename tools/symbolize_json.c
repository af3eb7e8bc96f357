#include "tools/symbolize_json.h"

#include "tools/json.h"

#include <stdlib.h>
#include <string.h>

enum { PATH_BYTES = 4096 };

struct walk {
    struct names *names;
    symbolize_find_module *find;
    void *context;
    struct symbolize_count *count;
};

static const char *string_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text != NULL ? text : "";
}

static void name_frame(const struct walk *walk, json_t *frame)
{
    char path[PATH_BYTES];
    struct frame_names found = {.function = "", .file = "", .module = "", .build_id = ""};
    const char *module = string_of(frame, "module");
    if (module[0] == '/')
        (void)snprintf(path, sizeof path, "%s", module);
    else
        walk->find(walk->context, module, path);
    bool is_found = names_find(walk->names, path, string_of(frame, "build_id"),
                               strtoull(string_of(frame, "offset"), NULL, 16), &found);
    json_put_words(frame, "function", found.function);
    json_put_words(frame, "file", found.file);
    if (found.line > 0)
        json_put(frame, "line", json_integer(found.line));
    if (found.column > 0)
        json_put(frame, "column", json_integer(found.column));
    walk->count->named += is_found;
    walk->count->left += !is_found;
}

static bool is_nameless_frame(const json_t *value)
{
    return string_of(value, "module")[0] != 0 && string_of(value, "offset")[0] != 0 &&
           string_of(value, "file")[0] == 0 && json_object_get(value, "hidden") == NULL;
}

static void visit(const struct walk *walk, json_t *value) /* NOLINT(misc-no-recursion) */
{
    for (size_t i = 0; i < json_array_size(value); i++)
        visit(walk, json_array_get(value, i));
    if (json_is_object(value) && is_nameless_frame(value)) {
        name_frame(walk, value);
        return;
    }
    for (void *at = json_object_iter(value); at != NULL; at = json_object_iter_next(value, at))
        visit(walk, json_object_iter_value(at));
}

bool symbolize_json(FILE *file, struct names *names, symbolize_find_module *find, void *context,
                    struct symbolize_count *count)
{
    const struct walk walk = {names, find, context, count};
    json_t *whole = json_loadf(file, 0, NULL);
    if (whole == NULL)
        return false;
    visit(&walk, whole);
    (void)json_dumpf(whole, stdout, JSON_INDENT(2));
    (void)printf("\n");
    json_decref(whole);
    return true;
}
