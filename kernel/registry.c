#include "kernel/registry.h"

#include "kernel/wide.h"

#include "expool/time.h"
#include "pool/fork.h"

#include <stdlib.h>
#include <string.h>

struct lock registry_lock = LOCK_INITIALIZER;
LOCK_OVER_FORK(registry_lock)

static struct key *root;

static const WCHAR *const top_keys[] = {
    u"Machine\\System\\CurrentControlSet\\Services",
    u"Machine\\System\\CurrentControlSet\\Control",
    u"Machine\\System\\CurrentControlSet\\Enum",
    u"Machine\\Software\\Microsoft\\Windows NT",
    u"Machine\\Hardware\\DeviceMap",
    u"User\\.Default",
};

static size_t length_of(const WCHAR *text)
{
    size_t letters = 0;
    while (text[letters] != 0)
        letters++;
    return letters;
}

void registry_touch_locked(struct key *key)
{
    KeQuerySystemTime(&key->written);
}

static struct key *key_make(struct key *parent, const WCHAR *name, size_t letters)
{
    struct key *key = calloc(1, sizeof(*key) + letters * sizeof(WCHAR));
    if (key == NULL)
        return NULL;
    key->references = 1;
    key->parent = parent;
    key->name_letters = letters;
    memcpy(key->name, name, letters * sizeof(WCHAR));
    registry_touch_locked(key);
    if (parent == NULL)
        return key;
    struct key **last = &parent->children;
    while (*last != NULL)
        last = &(*last)->next;
    *last = key;
    registry_touch_locked(parent);
    return key;
}

static void values_free(struct value *value)
{
    while (value != NULL) {
        struct value *next = value->next;
        free(value->data);
        free(value);
        value = next;
    }
}

void registry_release_locked(struct key *key)
{
    if (--key->references != 0)
        return;
    values_free(key->values);
    free(key->class_name);
    free(key);
}

static struct key *child_of(const struct key *key, const WCHAR *name, size_t letters)
{
    struct key *child = key->children;
    while (child != NULL &&
           (child->name_letters != letters || !wide_equal(child->name, name, letters)))
        child = child->next;
    return child;
}

/* Takes the next name off a path: its letters; 0 at the end. */
static size_t next_name(const WCHAR **text, size_t *letters)
{
    while (*letters > 0 && **text == '\\') {
        (*text)++;
        (*letters)--;
    }
    size_t length = 0;
    while (length < *letters && (*text)[length] != '\\')
        length++;
    return length;
}

static NTSTATUS walk(struct key *key, struct key_path *path, struct key **found)
{
    const WCHAR *text = path->text;
    size_t left = path->letters;
    size_t length;
    while ((length = next_name(&text, &left)) != 0) {
        struct key *child = child_of(key, text, length);
        const WCHAR *rest = text + length;
        size_t rest_letters = left - length;
        bool is_last = next_name(&rest, &rest_letters) == 0;
        if (child == NULL && !(path->create && (is_last || path->deep)))
            return is_last ? STATUS_OBJECT_NAME_NOT_FOUND : STATUS_OBJECT_PATH_NOT_FOUND;
        if (child == NULL) {
            child = key_make(key, text, length);
            path->is_new = true;
        }
        if (child == NULL)
            return STATUS_INSUFFICIENT_RESOURCES;
        key = child;
        text = rest;
        left = rest_letters;
    }
    key->references++;
    *found = key;
    return STATUS_SUCCESS;
}

static bool start_locked(void)
{
    if (root != NULL)
        return true;
    root = key_make(NULL, u"Registry", length_of(u"Registry"));
    if (root == NULL)
        return false;
    for (size_t i = 0; i < sizeof(top_keys) / sizeof(top_keys[0]); i++) {
        struct key *key;
        struct key_path path = {
            .text = top_keys[i], .letters = length_of(top_keys[i]), .create = true, .deep = true};
        if (!NT_SUCCESS(walk(root, &path, &key)))
            return false;
        registry_release_locked(key);
    }
    return true;
}

NTSTATUS registry_find_locked(struct key_path *path, struct key **key)
{
    static const char front[] = "\\Registry";
    const size_t front_letters = sizeof(front) - 1;
    path->is_new = false;
    if (!start_locked())
        return STATUS_INSUFFICIENT_RESOURCES;
    if (path->root != NULL && path->root->is_deleted)
        return STATUS_KEY_DELETED;
    if (path->root != NULL)
        return path->letters > 0 && path->text[0] == '\\' ? STATUS_OBJECT_PATH_SYNTAX_BAD
                                                          : walk(path->root, path, key);
    if (!wide_begins(path->text, path->letters, front))
        return path->letters > 0 && path->text[0] == '\\' ? STATUS_OBJECT_NAME_NOT_FOUND
                                                          : STATUS_OBJECT_PATH_SYNTAX_BAD;
    path->text += front_letters;
    path->letters -= front_letters;
    return walk(root, path, key);
}

NTSTATUS registry_delete_locked(struct key *key)
{
    if (key->is_deleted)
        return STATUS_KEY_DELETED;
    if (key->children != NULL || key->parent == NULL)
        return STATUS_CANNOT_DELETE;
    struct key **link = &key->parent->children;
    while (*link != key)
        link = &(*link)->next;
    *link = key->next;
    registry_touch_locked(key->parent);
    key->parent = NULL;
    key->is_deleted = true;
    registry_release_locked(key);
    return STATUS_SUCCESS;
}

static struct value **value_link(const struct key *key, const WCHAR *name, size_t letters)
{
    struct value **link = (struct value **)(uintptr_t)&key->values;
    while (*link != NULL &&
           ((*link)->name_letters != letters || !wide_equal((*link)->name, name, letters)))
        link = &(*link)->next;
    return link;
}

struct value *value_find_locked(const struct key *key, const WCHAR *name, size_t letters)
{
    return *value_link(key, name, letters);
}

bool value_set_locked(struct key *key, const UNICODE_STRING *name,
                      const struct expool_registry_value *value)
{
    size_t letters = wide_length(name);
    struct value **link = value_link(key, name != NULL ? name->Buffer : NULL, letters);
    void *data = malloc(value->size_bytes + 1);
    if (data == NULL)
        return false;
    if (*link == NULL) {
        *link = calloc(1, sizeof(**link) + letters * sizeof(WCHAR));
        if (*link == NULL) {
            free(data);
            return false;
        }
        (*link)->name_letters = letters;
        if (letters != 0)
            memcpy((*link)->name, name->Buffer, letters * sizeof(WCHAR));
    }
    if (value->size_bytes != 0)
        memcpy(data, value->data, value->size_bytes);
    free((*link)->data);
    (*link)->data = data;
    (*link)->data_bytes = (ULONG)value->size_bytes;
    (*link)->type = value->type;
    registry_touch_locked(key);
    return true;
}

bool value_delete_locked(struct key *key, const WCHAR *name, size_t letters)
{
    struct value **link = value_link(key, name, letters);
    struct value *value = *link;
    if (value == NULL)
        return false;
    *link = value->next;
    value->next = NULL;
    values_free(value);
    registry_touch_locked(key);
    return true;
}

size_t registry_path_locked(const struct key *key, WCHAR *text)
{
    size_t letters = key->parent != NULL ? registry_path_locked(key->parent, text) : 0;
    if (text != NULL) {
        text[letters] = '\\';
        memcpy(text + letters + 1, key->name, key->name_letters * sizeof(WCHAR));
    }
    return letters + 1 + key->name_letters;
}
