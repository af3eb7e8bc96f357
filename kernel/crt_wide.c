/* crt_wide.c - the C library's string routines for 16-bit letters. */
#include "expool/crt.h"

#include "kernel/rtl_case.h"
#include "kernel/rtl_code_page.h"

#include <stdbool.h>

SIZE_T expool_wcslen(const WCHAR *text)
{
    return expool_wcsnlen(text, MAXSIZE_T);
}

SIZE_T expool_wcsnlen(const WCHAR *text, SIZE_T count_max)
{
    SIZE_T length = 0;
    while (length < count_max && text[length] != 0)
        length++;
    return length;
}

WCHAR *expool_wcscpy(WCHAR *to, const WCHAR *from)
{
    memcpy(to, from, (expool_wcslen(from) + 1) * sizeof(WCHAR));
    return to;
}

WCHAR *expool_wcsncpy(WCHAR *to, const WCHAR *from, SIZE_T count)
{
    SIZE_T length = expool_wcsnlen(from, count);
    memcpy(to, from, length * sizeof(WCHAR));
    memset(to + length, 0, (count - length) * sizeof(WCHAR));
    return to;
}

WCHAR *expool_wcscat(WCHAR *to, const WCHAR *from)
{
    expool_wcscpy(to + expool_wcslen(to), from);
    return to;
}

WCHAR *expool_wcsncat(WCHAR *to, const WCHAR *from, SIZE_T count)
{
    SIZE_T length = expool_wcsnlen(from, count);
    WCHAR *end = to + expool_wcslen(to);
    memcpy(end, from, length * sizeof(WCHAR));
    end[length] = 0;
    return to;
}

INT expool_wcscmp(const WCHAR *first, const WCHAR *second)
{
    return expool_wcsncmp(first, second, MAXSIZE_T);
}

static INT compare(const WCHAR *first, const WCHAR *second, SIZE_T count, bool ignores_case)
{
    for (SIZE_T i = 0; i < count; i++) {
        int one = ignores_case ? case_lower(first[i]) : first[i];
        int two = ignores_case ? case_lower(second[i]) : second[i];
        if (one != two)
            return one < two ? -1 : 1;
        if (one == 0)
            return 0;
    }
    return 0;
}

INT expool_wcsncmp(const WCHAR *first, const WCHAR *second, SIZE_T count)
{
    return compare(first, second, count, false);
}

INT expool_wcsicmp(const WCHAR *first, const WCHAR *second)
{
    return compare(first, second, MAXSIZE_T, true);
}

INT expool_wcsnicmp(const WCHAR *first, const WCHAR *second, SIZE_T count)
{
    return compare(first, second, count, true);
}

/* C's search routines take what is constant and give what is not. */
static WCHAR *writable(const WCHAR *text)
{
    return (WCHAR *)(uintptr_t)text;
}

WCHAR *expool_wcschr(const WCHAR *text, WCHAR letter)
{
    for (; *text != letter; text++)
        if (*text == 0)
            return NULL;
    return writable(text);
}

WCHAR *expool_wcsrchr(const WCHAR *text, WCHAR letter)
{
    for (SIZE_T i = expool_wcslen(text) + 1; i > 0; i--)
        if (text[i - 1] == letter)
            return writable(text + i - 1);
    return NULL;
}

WCHAR *expool_wcsstr(const WCHAR *text, const WCHAR *part)
{
    SIZE_T length = expool_wcslen(part);
    if (length == 0)
        return writable(text);
    for (; *text != 0; text++)
        if (expool_wcsncmp(text, part, length) == 0)
            return writable(text);
    return NULL;
}

WCHAR *expool_wcspbrk(const WCHAR *text, const WCHAR *letters)
{
    text += expool_wcscspn(text, letters);
    return *text == 0 ? NULL : writable(text);
}

SIZE_T expool_wcsspn(const WCHAR *text, const WCHAR *letters)
{
    SIZE_T length = 0;
    while (text[length] != 0 && expool_wcschr(letters, text[length]) != NULL)
        length++;
    return length;
}

SIZE_T expool_wcscspn(const WCHAR *text, const WCHAR *letters)
{
    SIZE_T length = 0;
    while (text[length] != 0 && expool_wcschr(letters, text[length]) == NULL)
        length++;
    return length;
}

WCHAR *expool_wcslwr(WCHAR *text)
{
    for (WCHAR *letter = text; *letter != 0; letter++)
        *letter = case_lower(*letter);
    return text;
}

WCHAR *expool_wcsupr(WCHAR *text)
{
    for (WCHAR *letter = text; *letter != 0; letter++)
        *letter = case_upper(*letter);
    return text;
}

WCHAR *expool_wcsrev(WCHAR *text)
{
    SIZE_T length = expool_wcslen(text);
    for (SIZE_T i = 0; i < length / 2; i++) {
        WCHAR letter = text[i];
        text[i] = text[length - 1 - i];
        text[length - 1 - i] = letter;
    }
    return text;
}

WCHAR *expool_wcsnset(WCHAR *text, WCHAR letter, SIZE_T count)
{
    for (SIZE_T i = 0; i < count && text[i] != 0; i++)
        text[i] = letter;
    return text;
}

WCHAR expool_towupper(WCHAR letter)
{
    return case_upper(letter);
}

WCHAR expool_towlower(WCHAR letter)
{
    return case_lower(letter);
}

SIZE_T expool_mbstowcs(WCHAR *to, const char *from, SIZE_T count)
{
    SIZE_T length = strlen(from);
    if (to == NULL)
        return length;
    for (SIZE_T i = 0; i < min(length + 1, count); i++)
        to[i] = code_page_wide(CODE_PAGE_ANSI, (unsigned char)from[i]);
    return min(length, count);
}

SIZE_T expool_wcstombs(char *to, const WCHAR *from, SIZE_T count)
{
    SIZE_T length = expool_wcslen(from);
    if (to == NULL)
        return length;
    for (SIZE_T i = 0; i < min(length + 1, count); i++)
        to[i] = (char)code_page_narrow(CODE_PAGE_ANSI, from[i]);
    return min(length, count);
}

WCHAR *expool_wmemcpy(WCHAR *to, const WCHAR *from, SIZE_T count)
{
    return memcpy(to, from, count * sizeof(WCHAR));
}

WCHAR *expool_wmemmove(WCHAR *to, const WCHAR *from, SIZE_T count)
{
    return memmove(to, from, count * sizeof(WCHAR));
}

WCHAR *expool_wmemset(WCHAR *to, WCHAR letter, SIZE_T count)
{
    for (SIZE_T i = 0; i < count; i++)
        to[i] = letter;
    return to;
}

INT expool_wmemcmp(const WCHAR *first, const WCHAR *second, SIZE_T count)
{
    for (SIZE_T i = 0; i < count; i++)
        if (first[i] != second[i])
            return first[i] < second[i] ? -1 : 1;
    return 0;
}
