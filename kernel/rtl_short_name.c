/* rtl_short_name.c - names of eight letters and three for long names. */
#include "expool/code_page.h"

#include "expool/status.h"
#include "kernel/rtl_case.h"
#include "kernel/rtl_code_page.h"

#include <stdbool.h>
#include <string.h>

enum {
    BASE_LETTERS = 6,      /* before ~1 */
    KEPT_LETTERS = 2,      /* before a checksum */
    EXTENSION_LETTERS = 4, /* with the dot */
    INDEX_BEFORE_CHECKSUM = 4,
    INDEX_MAX = 999999,
    NAME_LETTERS = 8,
    SHORT_NAME_LETTERS = 12,
};

/* A letter as short names have it; 0 for one that is left out. */
static WCHAR short_letter(WCHAR letter, bool is_extended)
{
    if (letter == ' ' || letter == '.')
        return 0;
    if (letter < ' ' || (letter < 0x80 && strchr("\"*+,/:;<=>?[\\]|", letter) != NULL))
        return '_';
    bool has_place =
        letter < 0x80 || (is_extended && code_page_narrow(CODE_PAGE_OEM, letter) != '?');
    return has_place ? case_upper(letter) : '_';
}

/* Where the last dot stands that has letters before and behind it; `count` for none. */
static size_t find_dot(PCUNICODE_STRING name, size_t count)
{
    for (size_t i = count; i > 1; i--)
        if (name->Buffer[i - 1] == '.' && i < count)
            return i - 1;
    return count;
}

static void begin(PCUNICODE_STRING name, bool is_extended, PGENERATE_NAME_CONTEXT context)
{
    size_t count = name->Length / sizeof(WCHAR);
    size_t dot = find_dot(name, count);
    for (size_t i = 0; i < dot && context->NameLength < BASE_LETTERS; i++) {
        WCHAR letter = short_letter(name->Buffer[i], is_extended);
        if (letter != 0)
            context->NameBuffer[context->NameLength++] = letter;
    }
    for (size_t i = dot; i < count && context->ExtensionLength < EXTENSION_LETTERS; i++) {
        WCHAR letter = i == dot ? '.' : short_letter(name->Buffer[i], is_extended);
        if (letter != 0)
            context->ExtensionBuffer[context->ExtensionLength++] = letter;
    }
    if (context->ExtensionLength == 1) /* a dot with nothing behind it */
        context->ExtensionLength = 0;
}

static void insert_checksum(PCUNICODE_STRING name, PGENERATE_NAME_CONTEXT context)
{
    ULONG sum = 0;
    for (size_t i = 0; i < name->Length / sizeof(WCHAR); i++)
        sum = sum * 31 + case_upper(name->Buffer[i]);
    context->Checksum = (USHORT)(sum ^ sum >> 16);
    context->ChecksumInserted = TRUE;
    context->NameLength = min(context->NameLength, KEPT_LETTERS);
    for (int shift = 12; shift >= 0; shift -= 4)
        context->NameBuffer[context->NameLength++] =
            (WCHAR) "0123456789ABCDEF"[context->Checksum >> shift & 0xf];
    context->LastIndexValue = 1;
}

/* "~17"; how many letters. */
static size_t write_index(WCHAR letters[NAME_LETTERS], ULONG index)
{
    size_t digits = 1;
    for (ULONG rest = index; rest >= 10; rest /= 10)
        digits++;
    letters[0] = '~';
    for (size_t i = digits; i > 0; i--, index /= 10)
        letters[i] = (WCHAR)('0' + index % 10);
    return digits + 1;
}

NTSTATUS RtlGenerate8dot3Name(PCUNICODE_STRING Name, BOOLEAN AllowExtendedCharacters,
                              PGENERATE_NAME_CONTEXT Context, PUNICODE_STRING Name8dot3)
{
    if (Name8dot3->MaximumLength < SHORT_NAME_LETTERS * sizeof(WCHAR))
        return STATUS_BUFFER_OVERFLOW;
    if (Context->LastIndexValue == 0)
        begin(Name, AllowExtendedCharacters, Context);
    if (++Context->LastIndexValue > INDEX_MAX)
        return STATUS_FILE_SYSTEM_LIMITATION;
    if (Context->LastIndexValue > INDEX_BEFORE_CHECKSUM && !Context->ChecksumInserted)
        insert_checksum(Name, Context);
    WCHAR index[NAME_LETTERS];
    size_t index_letters = write_index(index, Context->LastIndexValue);
    size_t base = min(Context->NameLength, NAME_LETTERS - index_letters);
    WCHAR *letters = Name8dot3->Buffer;
    memcpy(letters, Context->NameBuffer, base * sizeof(WCHAR));
    memcpy(letters + base, index, index_letters * sizeof(WCHAR));
    memcpy(letters + base + index_letters, Context->ExtensionBuffer,
           Context->ExtensionLength * sizeof(WCHAR));
    size_t count = base + index_letters + Context->ExtensionLength;
    Name8dot3->Length = (USHORT)(count * sizeof(WCHAR));
    return STATUS_SUCCESS;
}

BOOLEAN RtlIsValidOemCharacter(PWCHAR Char)
{
    WCHAR upper = case_upper(*Char);
    if (upper != '?' && code_page_narrow(CODE_PAGE_OEM, upper) == '?')
        return FALSE;
    *Char = upper;
    return TRUE;
}
