/* flt.h - the filter manager's own side of filters, volumes and instances.
 *
 *   volume -> instance (highest altitude) -> instance ...    the order an operation passes them in
 *   filter -> instance -> instance ...                       one a volume, or more by hand
 *
 * flt_lock guards the lists of filters, volumes and instances, streams, and contexts' links;
 * nothing is called under it. Filters, volumes and instances are kept by rundown protection: who
 * uses one holds it, who ends one waits. */
#ifndef KERNEL_FLT_H
#define KERNEL_FLT_H

#include "expool/flt_context.h"
#include "expool/flt_name.h"
#include "expool/rundown.h"
#include "pool/list.h"
#include "pool/lock.h"

#include <stdbool.h>

extern struct lock flt_lock;

enum {
    TAG_FLT_FILTER = 'lfMF',
    TAG_FLT_VOLUME = 'ovMF',
    TAG_FLT_INSTANCE = 'niMF',
    TAG_FLT_OPERATION = 'poMF',
    TAG_FLT_NAME = 'nfMF',
    TAG_FLT_PORT = 'opMF',
    TAG_FLT_WORK = 'kwMF',
    TAG_FLT_STREAM = 'tsMF',
    TAG_FLT_SECURITY = 'dsMF'
};

/* What FltObjectReference knows of each of the three. */
struct flt_object {
    EX_RUNDOWN_REF users;
};

struct _FLT_FILTER {
    struct flt_object object; /* first */
    struct list link;         /* of all filters */
    struct list instances;
    FLT_REGISTRATION registration;
    const FLT_OPERATION_REGISTRATION *operations[IRP_MJ_MAXIMUM_FUNCTION + 1];
    PDRIVER_OBJECT driver;
    PDRIVER_UNLOAD driver_unload; /* what it had set itself */
    UNICODE_STRING name;          /* the driver object's own */
    UNICODE_STRING altitude;      /* behind this structure, as the next */
    UNICODE_STRING instance_name;
    bool is_started;
    WCHAR text[2][64];
};

struct _FLT_VOLUME {
    struct flt_object object; /* first */
    struct list link;         /* of all volumes */
    struct list instances;    /* from the highest altitude down */
    struct list streams;
    PDRIVER_OBJECT driver;
    PDEVICE_OBJECT device; /* ours, on top of .. */
    PDEVICE_OBJECT below;
    PDEVICE_OBJECT base; /* the one with the name */
    UNICODE_STRING name;
    FLT_FILESYSTEM_TYPE type;
};

struct _FLT_INSTANCE {
    struct flt_object object; /* first */
    struct list of_volume;
    struct list of_filter;
    PFLT_FILTER filter;
    PFLT_VOLUME volume;
    UNICODE_STRING altitude;
    UNICODE_STRING name;
    bool is_ready;  /* operations may come */
    bool is_ending; /* somebody is at it */
    WCHAR text[2][64];
};

#define FLT_INSTANCE_OF_VOLUME(entry) LIST_OWNER(entry, struct _FLT_INSTANCE, of_volume)

/* One on `volume`, at the altitude and of the name given or, empty, the filter's own; asks
 * InstanceSetupCallback. */
struct flt_attach {
    PFLT_FILTER filter;
    PFLT_VOLUME volume;
    PCUNICODE_STRING altitude;
    PCUNICODE_STRING name;
    FLT_INSTANCE_SETUP_FLAGS flags;
};
NTSTATUS flt_instance_make(const struct flt_attach *attach, PFLT_INSTANCE *instance);
/* Start, wait, complete, contexts; false: somebody else does it. */
bool flt_instance_end(PFLT_INSTANCE instance, FLT_INSTANCE_TEARDOWN_FLAGS reason);
FLT_RELATED_OBJECTS flt_related(PFLT_INSTANCE instance, PFILE_OBJECT file);

/* Each started filter gets its instance on the volume; each volume one of the filter. */
void flt_filters_attach(PFLT_VOLUME volume, FLT_INSTANCE_SETUP_FLAGS flags);
void flt_volumes_attach(PFLT_FILTER filter);
/* With a reference; NULL: none of that name. */
PFLT_FILTER flt_filter_find(PCUNICODE_STRING name);

/* Takes the contexts that `key` (an instance, a volume) has, of `filter` alone unless NULL. */
void flt_contexts_drop(PFLT_FILTER filter, const void *owner);
/* Those that instances of the volume keep with a file object or a FsContext. */
void flt_contexts_drop_file(PFLT_VOLUME volume, const void *file);
/* A file of a volume has been opened, or is going: contexts go with the last. */
void flt_stream_opened(PFLT_VOLUME volume, PFILE_OBJECT file);
void flt_stream_closing(PFLT_VOLUME volume, PFILE_OBJECT file);
void flt_stream_refused(PFLT_VOLUME volume, PFILE_OBJECT file);

/* What the volume's device does with every request. */
NTSTATUS flt_dispatch(PDEVICE_OBJECT device, PIRP irp);
/* The same for a request of a filter's: instances down to `above` do not see it. */
NTSTATUS flt_dispatch_below(PFLT_VOLUME volume, PIRP irp, PFLT_INSTANCE above);

#endif
