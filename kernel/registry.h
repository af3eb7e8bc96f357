/* registry.h - the tree of keys, in memory.
 *
 *   key -> first child -> next child ...        keys and values in the order of their making
 *    \---> first value -> next value ...
 *
 * registry_lock guards all of it; nothing is called under it. A key lives while it is in the
 * tree or has references. */
#ifndef KERNEL_REGISTRY_H
#define KERNEL_REGISTRY_H

#include "expool/registry.h"
#include "pool/lock.h"

#include <stdbool.h>

struct value {
    struct value *next;
    ULONG type;
    ULONG data_bytes;
    void *data;
    size_t name_letters;
    WCHAR name[];
};

struct key {
    struct key *parent; /* NULL: the root, or deleted */
    struct key *next;
    struct key *children;
    struct value *values;
    unsigned references; /* the tree's is one */
    bool is_deleted;
    LARGE_INTEGER written;
    WCHAR *class_name;
    size_t class_letters;
    size_t name_letters;
    WCHAR name[];
};

/* What a handle leads to. */
struct key_object {
    struct key *key;
    UNICODE_STRING path; /* once it was asked for; of cm_key_name.c */
};

extern struct lock registry_lock;

/* The key at a path, relative to `root` or, NULL, from \Registry on; one reference more.
 * `create`: makes what is missing, *is_new then; only the last one, unless `deep`. */
struct key_path {
    struct key *root;
    const WCHAR *text;
    size_t letters;
    bool create;
    bool deep;
    bool is_new; /* out */
};
NTSTATUS registry_find_locked(struct key_path *path, struct key **key);
void registry_release_locked(struct key *key);
NTSTATUS registry_delete_locked(struct key *key);
void registry_touch_locked(struct key *key); /* written now */

struct value *value_find_locked(const struct key *key, const WCHAR *name, size_t letters);
/* The old one goes; false: no memory. */
bool value_set_locked(struct key *key, const UNICODE_STRING *name,
                      const struct expool_registry_value *value);
bool value_delete_locked(struct key *key, const WCHAR *name, size_t letters);

/* Letters of the whole path; `text` unless NULL takes them. */
size_t registry_path_locked(const struct key *key, WCHAR *text);

/* Makes a key and every one on its way. */
bool registry_make_key(const UNICODE_STRING *path);

/* The object behind a handle, one reference more. */
NTSTATUS key_of_handle(HANDLE handle, struct key_object **object);

#endif
