/* crt_narrow.c - what the kernel's C library has for 8-bit strings and libc has not. ASCII only. */
#include "expool/crt.h"

#include "kernel/rtl_case.h"

enum { ASCII_END = 0x80 };

static unsigned char lower(char letter)
{
    unsigned char byte = (unsigned char)letter;
    return byte < ASCII_END ? (unsigned char)case_lower(byte) : byte;
}

static char upper(char letter)
{
    unsigned char byte = (unsigned char)letter;
    return (char)(byte < ASCII_END ? case_upper(byte) : byte);
}

INT expool_stricmp(const char *first, const char *second)
{
    return expool_strnicmp(first, second, MAXSIZE_T);
}

INT expool_strnicmp(const char *first, const char *second, SIZE_T count)
{
    for (SIZE_T i = 0; i < count; i++) {
        int difference = lower(first[i]) - lower(second[i]);
        if (difference != 0 || first[i] == 0)
            return difference;
    }
    return 0;
}

char *expool_strlwr(char *text)
{
    for (char *letter = text; *letter != 0; letter++)
        *letter = (char)lower(*letter);
    return text;
}

char *expool_strupr(char *text)
{
    for (char *letter = text; *letter != 0; letter++)
        *letter = upper(*letter);
    return text;
}

char *expool_strrev(char *text)
{
    SIZE_T length = strlen(text);
    for (SIZE_T i = 0; i < length / 2; i++) {
        char letter = text[i];
        text[i] = text[length - 1 - i];
        text[length - 1 - i] = letter;
    }
    return text;
}

char *expool_strnset(char *text, int letter, SIZE_T count)
{
    for (SIZE_T i = 0; i < count && text[i] != 0; i++)
        text[i] = (char)letter;
    return text;
}
