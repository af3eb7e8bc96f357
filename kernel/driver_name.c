#include "kernel/driver_name.h"

#include <stdlib.h>
#include <string.h>

bool wide_name_make(struct wide_name *wide, const char *front, const char *name)
{
    size_t front_letters = strlen(front);
    size_t letters = front_letters + strlen(name);
    wide->text = (UNICODE_STRING){0};
    if (letters > UNICODE_STRING_MAX_CHARS - 1)
        return false;
    WCHAR *text = calloc(letters + 1, sizeof(WCHAR));
    if (text == NULL)
        return false;
    for (size_t i = 0; i < letters; i++)
        text[i] = (unsigned char)(i < front_letters ? front[i] : name[i - front_letters]);
    USHORT bytes = (USHORT)(letters * sizeof(WCHAR));
    wide->text = (UNICODE_STRING){bytes, (USHORT)(bytes + sizeof(WCHAR)), text};
    return true;
}

void wide_name_free(struct wide_name *wide)
{
    free(wide->text.Buffer);
}
