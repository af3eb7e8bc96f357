/* object.h - a counted body behind a header, in non-paged pool, and the names and handles it has.
 *
 *   | references | handles | type | name | magic | - |  body ...
 *   0            8         16     24     32      40  48
 *
 * Counts are atomic; names and handles have a lock of their own each, never held over a destroy. */
#ifndef KERNEL_OBJECT_H
#define KERNEL_OBJECT_H

#include "expool/object.h"

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct object_type {
    const char *name;            /* "Device" */
    uint32_t tag;                /* of the memory: 'iveD' */
    void (*destroy)(void *body); /* before the memory goes; NULL: nothing to do */
    void (*close)(void *body);   /* the last handle is closed; NULL: nothing to do */
    bool brings_memory;          /* not of the pool: destroy(body) frees the header too */
};

struct object_header {
    int64_t references;
    int64_t handles;
    const struct object_type *type;
    struct object_name *name;
    uint64_t magic;
    uint64_t reserved;
};

static_assert(sizeof(struct object_header) == 0x30, "a body begins where Windows' does");

extern const struct object_type object_type_device;
extern const struct object_type object_type_driver;
extern const struct object_type object_type_file;
extern const struct object_type object_type_event;
extern const struct object_type object_type_key;
extern const struct object_type object_type_thread;
extern const struct object_type object_type_process;

/* Makes a zeroed header an object with one reference. */
void object_start(struct object_header *header, const struct object_type *type);
/* Zeroed, one reference; NULL: no memory. */
void *object_create(const struct object_type *type, size_t body_bytes);
void object_reference(void *body);
bool object_try_reference(void *body);                      /* false: it is being destroyed */
void object_release(void *body);                            /* the last one destroys it */
const struct object_type *object_type_of(const void *body); /* NULL: no object */
int64_t object_count_handle(void *body, int change);        /* handles afterwards */
uint64_t object_references(const void *body);
/* The type as driver code knows it. */
POBJECT_TYPE object_type_public(const struct object_type *type);

/* Names: flat, compared without regard to case, \DosDevices\ and \??\ alike. A name keeps no
 * reference; object_forget_name ends it, and so does the destruction of its object. */
NTSTATUS object_give_name(void *body, const UNICODE_STRING *name);
void object_forget_name(void *body);
NTSTATUS object_link(const UNICODE_STRING *name, const UNICODE_STRING *target);
NTSTATUS object_unlink(const UNICODE_STRING *name);
unsigned object_name_count(void); /* links too */
/* The object of that name, links followed, one reference more; NULL: none. `rest`, unless NULL,
 * takes what follows the name of a device: "\Device\X\file". */
void *object_find(const UNICODE_STRING *name, UNICODE_STRING *rest);
/* Name as it was given; false when the object has none. */
bool object_name_of(const void *body, UNICODE_STRING *name);

/* Handles. */
#define HANDLE_NONE ((HANDLE)NULL)
/* Takes a reference of its own; HANDLE_NONE: no memory. Attributes: OBJ_KERNEL_HANDLE. */
HANDLE handle_open(void *body, ACCESS_MASK access, ULONG attributes);
NTSTATUS handle_close(HANDLE handle);
unsigned handle_count(void); /* open */
/* What the handle stands for, one reference more; NULL: nothing. */
void *handle_object(HANDLE handle, OBJECT_HANDLE_INFORMATION *information);

#endif
