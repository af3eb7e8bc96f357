/* flt_stream.c - which streams of a volume are open, and how often: contexts go with the last. */
#include "kernel/flt.h"
#include "kernel/pool_size.h"

#include "expool/pool.h"

struct stream {
    struct list link;
    const void *fs_context;
    unsigned files;
};

static struct stream *stream_find_locked(PFLT_VOLUME volume, const void *fs_context)
{
    for (struct list *at = volume->streams.next; at != &volume->streams; at = at->next)
        if (LIST_OWNER(at, struct stream, link)->fs_context == fs_context)
            return LIST_OWNER(at, struct stream, link);
    return NULL;
}

void flt_stream_opened(PFLT_VOLUME volume, PFILE_OBJECT file)
{
    if (file->FsContext == NULL)
        return;
    struct stream *fresh =
        ExAllocatePool2(POOL_FLAG_NON_PAGED, POOL_SIZE(sizeof(*fresh)), TAG_FLT_STREAM);
    lock_take(&flt_lock);
    struct stream *stream = stream_find_locked(volume, file->FsContext);
    if (stream == NULL && fresh != NULL) {
        stream = fresh;
        fresh = NULL;
        stream->fs_context = file->FsContext;
        list_push(&volume->streams, &stream->link);
    }
    if (stream != NULL)
        stream->files++;
    lock_drop(&flt_lock);
    if (fresh != NULL)
        ExFreePoolWithTag(fresh, TAG_FLT_STREAM);
}

/* `files` fewer have it open: with none left its contexts go. */
static void leave(PFLT_VOLUME volume, PFILE_OBJECT file, unsigned files)
{
    flt_contexts_drop_file(volume, file);
    if (file->FsContext == NULL)
        return;
    lock_take(&flt_lock);
    struct stream *stream = stream_find_locked(volume, file->FsContext);
    if (stream != NULL)
        stream->files -= files;
    bool is_last = stream == NULL || stream->files == 0;
    if (stream != NULL && is_last)
        list_remove(&stream->link);
    lock_drop(&flt_lock);
    if (is_last)
        flt_contexts_drop_file(volume, file->FsContext);
    if (stream != NULL && is_last)
        ExFreePoolWithTag(stream, TAG_FLT_STREAM);
}

void flt_stream_closing(PFLT_VOLUME volume, PFILE_OBJECT file)
{
    leave(volume, file, (file->Flags & FO_FILE_OPEN_CANCELLED) != 0 ? 0 : 1);
}

void flt_stream_refused(PFLT_VOLUME volume, PFILE_OBJECT file)
{
    leave(volume, file, 0);
}
