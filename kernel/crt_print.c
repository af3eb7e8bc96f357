/* crt_print.c - formatted text into buffers, and copies that know the room. */
#include "expool/crt.h"

#include "kernel/crt_format.h"

#include <stdint.h>

enum { CRT_INVALID = 22, CRT_RANGE = 34, UNBOUNDED = INT32_MAX };

/* A final 0 where one has room; -1 when letters had none. */
static INT finished(struct format_sink *sink)
{
    if (sink->length < sink->room && sink->is_wide)
        ((WCHAR *)sink->letters)[sink->length] = 0;
    else if (sink->length < sink->room)
        ((char *)sink->letters)[sink->length] = 0;
    return sink->length <= sink->room ? (INT)sink->length : -1;
}

INT expool_vsnprintf(char *text, SIZE_T count, const char *format, va_list arguments)
{
    struct format_sink sink = {text, count, 0, false};
    va_list copy;
    va_copy(copy, arguments);
    format_add(&sink, format, &copy);
    va_end(copy);
    return finished(&sink);
}

INT expool_vsnwprintf(WCHAR *text, SIZE_T count, const WCHAR *format, va_list arguments)
{
    struct format_sink sink = {text, count, 0, true};
    va_list copy;
    va_copy(copy, arguments);
    format_add(&sink, format, &copy);
    va_end(copy);
    return finished(&sink);
}

INT expool_vsprintf(char *text, const char *format, va_list arguments)
{
    return expool_vsnprintf(text, UNBOUNDED, format, arguments);
}

INT expool_vswprintf(WCHAR *text, const WCHAR *format, va_list arguments)
{
    return expool_vsnwprintf(text, UNBOUNDED, format, arguments);
}

INT expool_sprintf(char *text, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    INT length = expool_vsprintf(text, format, arguments);
    va_end(arguments);
    return length;
}

INT expool_snprintf(char *text, SIZE_T count, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    INT length = expool_vsnprintf(text, count, format, arguments);
    va_end(arguments);
    return length;
}

INT expool_swprintf(WCHAR *text, const WCHAR *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    INT length = expool_vswprintf(text, format, arguments);
    va_end(arguments);
    return length;
}

INT expool_snwprintf(WCHAR *text, SIZE_T count, const WCHAR *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    INT length = expool_vsnwprintf(text, count, format, arguments);
    va_end(arguments);
    return length;
}

INT expool_sprintf_s(char *text, SIZE_T size, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    INT length = expool_vsnprintf(text, size, format, arguments);
    va_end(arguments);
    if (length >= 0 && (SIZE_T)length < size)
        return length;
    if (size != 0)
        *text = 0;
    return -1;
}

INT expool_swprintf_s(WCHAR *text, SIZE_T size, const WCHAR *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    INT length = expool_vsnwprintf(text, size, format, arguments);
    va_end(arguments);
    if (length >= 0 && (SIZE_T)length < size)
        return length;
    if (size != 0)
        *text = 0;
    return -1;
}

INT expool_strncpy_s(char *to, SIZE_T size, const char *from, SIZE_T count)
{
    if (to == NULL || size == 0)
        return CRT_INVALID;
    *to = 0;
    if (from == NULL)
        return CRT_INVALID;
    SIZE_T length = strnlen(from, count);
    if (length >= size)
        return CRT_RANGE;
    memcpy(to, from, length);
    to[length] = 0;
    return 0;
}

INT expool_strcpy_s(char *to, SIZE_T size, const char *from)
{
    return expool_strncpy_s(to, size, from, MAXSIZE_T);
}

INT expool_strcat_s(char *to, SIZE_T size, const char *from)
{
    if (to == NULL || size == 0)
        return CRT_INVALID;
    SIZE_T length = strnlen(to, size);
    INT error = length == size ? CRT_INVALID : expool_strcpy_s(to + length, size - length, from);
    if (error != 0)
        *to = 0;
    return error;
}

INT expool_wcsncpy_s(WCHAR *to, SIZE_T size, const WCHAR *from, SIZE_T count)
{
    if (to == NULL || size == 0)
        return CRT_INVALID;
    *to = 0;
    if (from == NULL)
        return CRT_INVALID;
    SIZE_T length = expool_wcsnlen(from, count);
    if (length >= size)
        return CRT_RANGE;
    memcpy(to, from, length * sizeof(WCHAR));
    to[length] = 0;
    return 0;
}

INT expool_wcscpy_s(WCHAR *to, SIZE_T size, const WCHAR *from)
{
    return expool_wcsncpy_s(to, size, from, MAXSIZE_T);
}

INT expool_wcscat_s(WCHAR *to, SIZE_T size, const WCHAR *from)
{
    if (to == NULL || size == 0)
        return CRT_INVALID;
    SIZE_T length = expool_wcsnlen(to, size);
    INT error = length == size ? CRT_INVALID : expool_wcscpy_s(to + length, size - length, from);
    if (error != 0)
        *to = 0;
    return error;
}
