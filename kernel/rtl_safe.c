#include "kernel/rtl_safe.h"

#include "kernel/crt_format.h"

#include <string.h>

static size_t letter_bytes(const struct safe *safe)
{
    return safe->is_wide ? sizeof(WCHAR) : 1;
}

static void *place(const struct safe *safe, size_t index)
{
    return (char *)safe->letters + index * letter_bytes(safe);
}

size_t safe_length(const void *letters, size_t count, bool is_wide)
{
    if (!is_wide)
        return strnlen(letters, count);
    const WCHAR *wide = letters;
    size_t length = 0;
    while (length < count && wide[length] != 0)
        length++;
    return length;
}

static void end_at(const struct safe *safe, size_t index)
{
    if (safe->is_ended && safe->letters != NULL)
        memset(place(safe, index), 0, letter_bytes(safe));
}

/* What the flags say about the rest of the buffer; status as it was. */
static NTSTATUS finished(struct safe *safe, size_t kept, NTSTATUS status)
{
    size_t all = (safe->room + (safe->is_ended ? 1 : 0)) * letter_bytes(safe);
    int filler = STRSAFE_GET_FILL_PATTERN(safe->flags);
    bool has_failed = status == STATUS_BUFFER_OVERFLOW;
    if (has_failed && FlagOn(safe->flags, STRSAFE_NO_TRUNCATION))
        safe->length = kept;
    if (has_failed && FlagOn(safe->flags, STRSAFE_FILL_ON_FAILURE)) {
        memset(safe->letters, filler, all);
        safe->length = filler == 0 ? 0 : safe->room;
    }
    if (has_failed && FlagOn(safe->flags, STRSAFE_NULL_ON_FAILURE))
        safe->length = 0;
    end_at(safe, safe->length);
    size_t used = (safe->length + (safe->is_ended ? 1 : 0)) * letter_bytes(safe);
    if (!has_failed && FlagOn(safe->flags, STRSAFE_FILL_BEHIND_NULL) && used < all)
        memset((char *)safe->letters + used, filler, all - used);
    return status;
}

NTSTATUS safe_add(struct safe *safe, struct safe_source source)
{
    size_t kept = safe->length;
    size_t left = safe->room - kept;
    /* One more than there is room for tells that it is too much. */
    size_t seen = min(source.count, left + 1);
    size_t length = source.is_counted ? seen : safe_length(source.letters, seen, safe->is_wide);
    size_t copied = min(length, left);
    if (copied != 0)
        memmove(place(safe, kept), source.letters, copied * letter_bytes(safe));
    safe->length = kept + copied;
    return finished(safe, kept, length > left ? STATUS_BUFFER_OVERFLOW : STATUS_SUCCESS);
}

NTSTATUS safe_print(struct safe *safe, const void *format, va_list *arguments)
{
    size_t kept = safe->length;
    size_t left = safe->room - kept;
    struct format_sink sink = {place(safe, kept), left, 0, safe->is_wide};
    format_add(&sink, format, arguments);
    safe->length = kept + min(sink.length, left);
    return finished(safe, kept, sink.length > left ? STATUS_BUFFER_OVERFLOW : STATUS_SUCCESS);
}
