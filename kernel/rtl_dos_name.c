/* rtl_dos_name.c - names of eight letters and three. */
#include "expool/code_page.h"

#include "kernel/rtl_string.h"

#include <string.h>

enum { NAME_LETTERS_MAX = 12, BASE_LETTERS_MAX = 8, EXTENSION_LETTERS_MAX = 3 };

static bool is_legal_letter(unsigned char letter)
{
    return letter >= ' ' && strchr("\"*+,/:;<=>?[\\]|", letter) == NULL;
}

static bool is_dots_only(const char *name, size_t count)
{
    return (count == 1 || count == 2) && memcmp(name, "..", count) == 0;
}

/* Neither empty nor ending in a blank. */
static bool is_legal_part(const char *part, size_t count, size_t most)
{
    return count >= 1 && count <= most && part[count - 1] != ' ';
}

static bool is_legal_name(const char *name, size_t count)
{
    if (is_dots_only(name, count))
        return true;
    for (size_t i = 0; i < count; i++)
        if (!is_legal_letter((unsigned char)name[i]))
            return false;
    const char *dot = memchr(name, '.', count);
    size_t base = dot == NULL ? count : (size_t)(dot - name);
    if (!is_legal_part(name, base, BASE_LETTERS_MAX))
        return false;
    if (dot == NULL)
        return true;
    size_t extension = count - base - 1;
    return is_legal_part(dot + 1, extension, EXTENSION_LETTERS_MAX) &&
           memchr(dot + 1, '.', extension) == NULL;
}

BOOLEAN RtlIsNameLegalDOS8Dot3(PCUNICODE_STRING Name, POEM_STRING OemName,
                               PBOOLEAN NameContainsSpaces)
{
    char letters[NAME_LETTERS_MAX];
    OEM_STRING name = {0, sizeof letters, letters};
    if (Name->Length > NAME_LETTERS_MAX * sizeof(WCHAR) ||
        !NT_SUCCESS(RtlUpcaseUnicodeStringToCountedOemString(&name, Name, FALSE)) ||
        !is_legal_name(letters, name.Length))
        return FALSE;
    if (OemName != NULL) {
        if (OemName->MaximumLength < name.Length)
            return FALSE;
        memcpy(OemName->Buffer, letters, name.Length);
        OemName->Length = name.Length;
    }
    if (NameContainsSpaces != NULL)
        *NameContainsSpaces = memchr(letters, ' ', name.Length) != NULL;
    return TRUE;
}
