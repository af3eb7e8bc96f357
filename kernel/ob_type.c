/* ob_type.c - the types of objects, and the variables driver code knows them by. */
#include "kernel/object.h"

struct _OBJECT_TYPE {
    const struct object_type *type;
};

static struct _OBJECT_TYPE device_type = {&object_type_device};
static struct _OBJECT_TYPE driver_type = {&object_type_driver};
static struct _OBJECT_TYPE file_type = {&object_type_file};
static struct _OBJECT_TYPE event_type = {&object_type_event};
static struct _OBJECT_TYPE key_type = {&object_type_key};
static struct _OBJECT_TYPE thread_type = {&object_type_thread};
static struct _OBJECT_TYPE process_type = {&object_type_process};

static POBJECT_TYPE device_pointer = &device_type;
static POBJECT_TYPE driver_pointer = &driver_type;
static POBJECT_TYPE file_pointer = &file_type;
static POBJECT_TYPE event_pointer = &event_type;
static POBJECT_TYPE key_pointer = &key_type;
static POBJECT_TYPE thread_pointer = &thread_type;
static POBJECT_TYPE process_pointer = &process_type;

POBJECT_TYPE *IoDeviceObjectType = &device_pointer;
POBJECT_TYPE *IoDriverObjectType = &driver_pointer;
POBJECT_TYPE *IoFileObjectType = &file_pointer;
POBJECT_TYPE *ExEventObjectType = &event_pointer;
POBJECT_TYPE *CmKeyObjectType = &key_pointer;
POBJECT_TYPE *PsThreadType = &thread_pointer;
POBJECT_TYPE *PsProcessType = &process_pointer;

POBJECT_TYPE object_type_public(const struct object_type *type)
{
    static POBJECT_TYPE const all[] = {&device_type, &driver_type, &file_type,   &event_type,
                                       &key_type,    &thread_type, &process_type};
    for (unsigned i = 0; i < sizeof(all) / sizeof(all[0]); i++)
        if (all[i]->type == type)
            return all[i];
    return NULL;
}

POBJECT_TYPE ObGetObjectType(PVOID Object)
{
    return object_type_public(object_type_of(Object));
}
