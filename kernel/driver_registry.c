/* driver_registry.c - the host fills the registry. */
#include "kernel/driver_name.h"
#include "kernel/registry.h"

#include <string.h>

static NTSTATUS find_locked(const UNICODE_STRING *text, bool create, struct key **key)
{
    struct key_path path = {.text = text->Buffer,
                            .letters = text->Length / sizeof(WCHAR),
                            .create = create,
                            .deep = create};
    return registry_find_locked(&path, key);
}

bool registry_make_key(const UNICODE_STRING *path)
{
    struct key *key;
    lock_take(&registry_lock);
    NTSTATUS status = find_locked(path, true, &key);
    if (NT_SUCCESS(status))
        registry_release_locked(key);
    lock_drop(&registry_lock);
    return NT_SUCCESS(status);
}

int expool_registry_set(const char *key, const char *name,
                        const struct expool_registry_value *value)
{
    struct wide_name path;
    struct wide_name wide = {0};
    struct key *found;
    if (!wide_name_make(&path, key, ""))
        return -1;
    bool is_set = wide_name_make(&wide, name != NULL ? name : "", "");
    lock_take(&registry_lock);
    if (is_set && NT_SUCCESS(find_locked(&path.text, true, &found))) {
        if (value != NULL)
            is_set = value_set_locked(found, &wide.text, value);
        registry_release_locked(found);
    } else {
        is_set = false;
    }
    lock_drop(&registry_lock);
    wide_name_free(&path);
    wide_name_free(&wide);
    return is_set ? 0 : -1;
}

int expool_registry_set_text(const char *key, const char *name, const char *text)
{
    struct wide_name wide;
    if (!wide_name_make(&wide, text, ""))
        return -1;
    const struct expool_registry_value value = {REG_SZ, wide.text.Buffer, wide.text.MaximumLength};
    int result = expool_registry_set(key, name, &value);
    wide_name_free(&wide);
    return result;
}

int expool_registry_set_number(const char *key, const char *name, uint32_t number)
{
    const struct expool_registry_value value = {REG_DWORD, &number, sizeof(number)};
    return expool_registry_set(key, name, &value);
}

static void remove_below_locked(struct key *key)
{
    while (key->children != NULL)
        remove_below_locked(key->children);
    registry_delete_locked(key);
}

int expool_registry_remove(const char *key)
{
    struct wide_name path;
    struct key *found;
    if (!wide_name_make(&path, key, ""))
        return -1;
    lock_take(&registry_lock);
    NTSTATUS status = find_locked(&path.text, false, &found);
    if (NT_SUCCESS(status)) {
        remove_below_locked(found);
        registry_release_locked(found);
    }
    lock_drop(&registry_lock);
    wide_name_free(&path);
    return NT_SUCCESS(status) ? 0 : -1;
}
