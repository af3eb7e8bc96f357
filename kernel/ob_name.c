/* ob_name.c - the namespace: one flat list of full names, each of an object or a link to another
 * name. A device's name is found at the front of a longer path too. */
#include "kernel/object.h"
#include "kernel/wide.h"

#include "pool/fork.h"
#include "pool/list.h"
#include "pool/lock.h"
#include "pool/util.h"

#include <stdlib.h>
#include <string.h>

enum { LINKS_MAX = 8, NAME_LETTERS_MAX = 0x7FFF };

struct object_name {
    struct list all;
    void *body;    /* NULL: a link */
    WCHAR *target; /* of a link */
    size_t target_letters;
    size_t letters;
    WCHAR text[];
};

static struct {
    struct lock lock;
    struct list all;
} names = {.lock = LOCK_INITIALIZER, .all = {&names.all, &names.all}};
LOCK_OVER_FORK(names.lock)

static struct object_header *header_of(const void *body)
{
    return (struct object_header *)(uintptr_t)body - 1;
}

/* \DosDevices\X and \GLOBAL??\X are \??\X. */
static size_t alias_letters(const WCHAR *text, size_t letters)
{
    if (wide_begins(text, letters, "\\DosDevices\\"))
        return strlen("\\DosDevices\\");
    if (wide_begins(text, letters, "\\GLOBAL??\\"))
        return strlen("\\GLOBAL??\\");
    return 0;
}

/* Compares a stored name with the front of a text, aliases taken for what they mean; the letters of
 * `text` it takes up, 0 when it differs. */
static size_t match(const struct object_name *name, const WCHAR *text, size_t letters)
{
    static const WCHAR dos[] = u"\\??\\";
    const size_t dos_letters = COUNT_OF(dos) - 1;
    size_t alias = alias_letters(text, letters);
    if (alias == 0)
        return name->letters <= letters && wide_equal(name->text, text, name->letters)
                   ? name->letters
                   : 0;
    if (name->letters < dos_letters || !wide_equal(name->text, dos, dos_letters))
        return 0;
    size_t rest = name->letters - dos_letters;
    if (letters - alias < rest || !wide_equal(name->text + dos_letters, text + alias, rest))
        return 0;
    return alias + rest;
}

/* The longest name at the front of a text that ends there or before a backslash. */
static struct object_name *find_locked(const WCHAR *text, size_t letters, size_t *taken)
{
    struct object_name *best = NULL;
    *taken = 0;
    for (struct list *at = names.all.next; at != &names.all; at = at->next) {
        struct object_name *name = (struct object_name *)(void *)at;
        size_t length = match(name, text, letters);
        if (length > *taken && (length == letters || text[length] == '\\')) {
            best = name;
            *taken = length;
        }
    }
    return best;
}

static struct object_name *make(const UNICODE_STRING *text)
{
    static const WCHAR dos[] = u"\\??\\";
    size_t letters = wide_length(text);
    size_t alias = alias_letters(text->Buffer, letters);
    size_t front = alias != 0 ? COUNT_OF(dos) - 1 : 0;
    size_t total = front + letters - alias;
    struct object_name *name = calloc(1, sizeof(*name) + total * sizeof(WCHAR));
    if (name == NULL)
        return NULL;
    memcpy(name->text, dos, front * sizeof(WCHAR));
    memcpy(name->text + front, text->Buffer + alias, (letters - alias) * sizeof(WCHAR));
    name->letters = total;
    return name;
}

static NTSTATUS judge(const UNICODE_STRING *name)
{
    size_t letters = wide_length(name);
    if (letters < 2 || letters > NAME_LETTERS_MAX)
        return STATUS_OBJECT_NAME_INVALID;
    return name->Buffer[0] == '\\' ? STATUS_SUCCESS : STATUS_OBJECT_PATH_SYNTAX_BAD;
}

/* Takes `name` over; frees it when there is one of that text. */
static NTSTATUS insert(struct object_name *name)
{
    size_t taken;
    lock_take(&names.lock);
    const struct object_name *other = find_locked(name->text, name->letters, &taken);
    bool is_new = other == NULL || taken != name->letters;
    if (is_new) {
        list_push(&names.all, &name->all);
        if (name->body != NULL)
            header_of(name->body)->name = name;
    }
    lock_drop(&names.lock);
    if (is_new)
        return STATUS_SUCCESS;
    free(name->target);
    free(name);
    return STATUS_OBJECT_NAME_COLLISION;
}

NTSTATUS object_give_name(void *body, const UNICODE_STRING *name)
{
    NTSTATUS status = judge(name);
    if (!NT_SUCCESS(status))
        return status;
    struct object_name *entry = make(name);
    if (entry == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    entry->body = body;
    return insert(entry);
}

void object_forget_name(void *body)
{
    lock_take(&names.lock);
    struct object_name *name = header_of(body)->name;
    header_of(body)->name = NULL;
    if (name != NULL)
        list_remove(&name->all);
    lock_drop(&names.lock);
    free(name);
}

NTSTATUS object_link(const UNICODE_STRING *name, const UNICODE_STRING *target)
{
    NTSTATUS status = judge(name);
    if (NT_SUCCESS(status))
        status = judge(target);
    if (!NT_SUCCESS(status))
        return status;
    struct object_name *entry = make(name);
    WCHAR *copy = malloc(target->Length);
    if (entry == NULL || copy == NULL) {
        free(entry);
        free(copy);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    memcpy(copy, target->Buffer, target->Length);
    entry->target = copy;
    entry->target_letters = wide_length(target);
    return insert(entry);
}

NTSTATUS object_unlink(const UNICODE_STRING *name)
{
    size_t taken;
    NTSTATUS status = judge(name);
    if (!NT_SUCCESS(status))
        return status;
    lock_take(&names.lock);
    struct object_name *entry = find_locked(name->Buffer, wide_length(name), &taken);
    bool is_found = entry != NULL && taken == wide_length(name) && entry->target != NULL;
    if (is_found)
        list_remove(&entry->all);
    lock_drop(&names.lock);
    if (!is_found)
        return STATUS_OBJECT_NAME_NOT_FOUND;
    free(entry->target);
    free(entry);
    return STATUS_SUCCESS;
}

unsigned object_name_count(void)
{
    unsigned count = 0;
    lock_take(&names.lock);
    for (struct list *at = names.all.next; at != &names.all; at = at->next)
        count++;
    lock_drop(&names.lock);
    return count;
}

static void *find_object_locked(const UNICODE_STRING *name, UNICODE_STRING *rest)
{
    const WCHAR *text = name->Buffer;
    size_t letters = wide_length(name);
    size_t behind = 0; /* letters of the caller's text after the name */
    for (unsigned hops = 0; hops < LINKS_MAX; hops++) {
        size_t taken;
        struct object_name *found = find_locked(text, letters, &taken);
        if (found == NULL || (hops > 0 && taken != letters))
            return NULL;
        if (hops == 0)
            behind = letters - taken;
        if (found->body != NULL) {
            size_t at = wide_length(name) - behind;
            USHORT bytes = (USHORT)(behind * sizeof(WCHAR));
            if (rest != NULL)
                *rest = (UNICODE_STRING){bytes, bytes, name->Buffer + at};
            else if (behind != 0)
                return NULL;
            return object_try_reference(found->body) ? found->body : NULL;
        }
        text = found->target;
        letters = found->target_letters;
    }
    return NULL;
}

void *object_find(const UNICODE_STRING *name, UNICODE_STRING *rest)
{
    if (!NT_SUCCESS(judge(name)))
        return NULL;
    lock_take(&names.lock);
    void *body = find_object_locked(name, rest);
    lock_drop(&names.lock);
    return body;
}

bool object_name_of(const void *body, UNICODE_STRING *name)
{
    const struct object_name *own =
        object_type_of(body) != &object_type_process ? header_of(body)->name : NULL;
    if (own == NULL)
        return false;
    USHORT bytes = (USHORT)(own->letters * sizeof(WCHAR));
    *name = (UNICODE_STRING){bytes, bytes, (WCHAR *)(uintptr_t)own->text};
    return true;
}

NTSTATUS ObQueryNameString(PVOID Object, POBJECT_NAME_INFORMATION ObjectNameInfo, ULONG Length,
                           PULONG ReturnLength)
{
    UNICODE_STRING name = {0};
    bool has_name = object_name_of(Object, &name);
    size_t needed = sizeof(*ObjectNameInfo) + (has_name ? name.Length + sizeof(WCHAR) : 0);
    *ReturnLength = (ULONG)needed;
    if (Length < needed)
        return STATUS_INFO_LENGTH_MISMATCH;
    ObjectNameInfo->Name = (UNICODE_STRING){0};
    if (!has_name)
        return STATUS_SUCCESS;
    WCHAR *text = (WCHAR *)(void *)(ObjectNameInfo + 1);
    memcpy(text, name.Buffer, name.Length);
    text[name.Length / sizeof(WCHAR)] = 0;
    ObjectNameInfo->Name =
        (UNICODE_STRING){name.Length, (USHORT)(name.Length + sizeof(WCHAR)), text};
    return STATUS_SUCCESS;
}
