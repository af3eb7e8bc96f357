/* rtl_utf8.c - between UTF-16 and UTF-8. What is no Unicode becomes U+FFFD. */
#include "expool/code_page.h"

#include "kernel/rtl_string.h"

enum {
    REPLACEMENT = 0xfffd,
    SURROGATE_BEGIN = 0xd800,
    SURROGATE_LOW = 0xdc00,
    SURROGATE_END = 0xe000,
    PLANE_1 = 0x10000,
    CODE_END = 0x110000,
    SURROGATE_BITS = 10,
    TRAIL_BITS = 6,
    TRAIL_MASK = 0x3f,
    TRAIL_MARK = 0x80,
};

/* One letter read: its number, how many units it took, whether it was sound. */
struct letter {
    uint32_t code;
    size_t used;
    bool is_sound;
};

/* Where letters go; counts on when there is no room, or no buffer at all. */
struct output {
    void *buffer;
    size_t room;
    size_t length;
    bool is_full;
};

static struct letter read_wide(const uint16_t *units, size_t count)
{
    uint32_t first = units[0];
    if (first < SURROGATE_BEGIN || first >= SURROGATE_END)
        return (struct letter){first, 1, true};
    if (first >= SURROGATE_LOW || count < 2 || units[1] < SURROGATE_LOW ||
        units[1] >= SURROGATE_END)
        return (struct letter){REPLACEMENT, 1, false};
    uint32_t code = PLANE_1 + ((first - SURROGATE_BEGIN) << SURROGATE_BITS);
    return (struct letter){code + (units[1] - SURROGATE_LOW), 2, true};
}

/* How many bytes a first byte announces; 0 for one that begins nothing. */
static size_t announced(unsigned char first)
{
    if (first < 0x80)
        return 1;
    if (first >= 0xc2 && first < 0xe0)
        return 2;
    if (first >= 0xe0 && first < 0xf0)
        return 3;
    return first >= 0xf0 && first < 0xf5 ? 4 : 0;
}

static bool is_code(uint32_t code, size_t bytes)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, PLANE_1};
    bool is_surrogate = code >= SURROGATE_BEGIN && code < SURROGATE_END;
    return code >= least[bytes] && code < CODE_END && !is_surrogate;
}

static struct letter read_utf8(const unsigned char *bytes, size_t count)
{
    const struct letter wrong = {REPLACEMENT, 1, false};
    size_t wanted = announced(bytes[0]);
    if (wanted == 0 || wanted > count)
        return wrong;
    if (wanted == 1)
        return (struct letter){bytes[0], 1, true};
    uint32_t code = bytes[0] & (0x7fU >> wanted);
    for (size_t i = 1; i < wanted; i++) {
        if ((bytes[i] & ~TRAIL_MASK) != TRAIL_MARK)
            return wrong;
        code = code << TRAIL_BITS | (bytes[i] & TRAIL_MASK);
    }
    return is_code(code, wanted) ? (struct letter){code, wanted, true} : wrong;
}

/* Makes room for `bytes` more; NULL when only counting, or full. */
static void *output_claim(struct output *output, size_t bytes)
{
    if (output->is_full)
        return NULL;
    if (output->buffer != NULL && bytes > output->room - output->length) {
        output->is_full = true;
        return NULL;
    }
    output->length += bytes;
    return output->buffer == NULL ? NULL : (char *)output->buffer + output->length - bytes;
}

static void write_utf8(struct output *output, uint32_t code)
{
    size_t bytes = code < 0x80 ? 1 : code < 0x800 ? 2 : code < PLANE_1 ? 3 : 4;
    unsigned char *place = output_claim(output, bytes);
    if (place == NULL)
        return;
    static const unsigned char marks[] = {0, 0, 0xc0, 0xe0, 0xf0};
    for (size_t i = bytes - 1; i > 0; i--, code >>= TRAIL_BITS)
        place[i] = (unsigned char)(TRAIL_MARK | (code & TRAIL_MASK));
    place[0] = (unsigned char)(marks[bytes] | code);
}

static void write_wide(struct output *output, uint32_t code)
{
    uint16_t *place = output_claim(output, code < PLANE_1 ? 2 : 4);
    if (place == NULL)
        return;
    if (code < PLANE_1) {
        place[0] = (uint16_t)code;
        return;
    }
    place[0] = (uint16_t)(SURROGATE_BEGIN + ((code - PLANE_1) >> SURROGATE_BITS));
    place[1] = (uint16_t)(SURROGATE_LOW + ((code - PLANE_1) & ((1U << SURROGATE_BITS) - 1)));
}

static NTSTATUS verdict(const struct output *output, bool is_sound)
{
    if (output->is_full)
        return STATUS_BUFFER_TOO_SMALL;
    return is_sound ? STATUS_SUCCESS : STATUS_SOME_NOT_MAPPED;
}

NTSTATUS RtlUnicodeToUTF8N(PCHAR UTF8StringDestination, ULONG UTF8StringMaxByteCount,
                           PULONG UTF8StringActualByteCount, PCWCH UnicodeStringSource,
                           ULONG UnicodeStringByteCount)
{
    if (UnicodeStringSource == NULL)
        return STATUS_INVALID_PARAMETER_4;
    if (UTF8StringDestination == NULL && UTF8StringActualByteCount == NULL)
        return STATUS_INVALID_PARAMETER;
    if (UnicodeStringByteCount % sizeof(WCHAR) != 0)
        return STATUS_INVALID_PARAMETER_5;
    struct output output = {UTF8StringDestination, UTF8StringMaxByteCount, 0, false};
    size_t count = UnicodeStringByteCount / sizeof(WCHAR);
    bool is_sound = true;
    for (size_t i = 0; i < count && !output.is_full;) {
        struct letter letter = read_wide(UnicodeStringSource + i, count - i);
        write_utf8(&output, letter.code);
        is_sound = is_sound && letter.is_sound;
        i += letter.used;
    }
    if (UTF8StringActualByteCount != NULL)
        *UTF8StringActualByteCount = (ULONG)output.length;
    return verdict(&output, is_sound);
}

NTSTATUS RtlUTF8ToUnicodeN(PWSTR UnicodeStringDestination, ULONG UnicodeStringMaxByteCount,
                           PULONG UnicodeStringActualByteCount, PCCH UTF8StringSource,
                           ULONG UTF8StringByteCount)
{
    if (UTF8StringSource == NULL)
        return STATUS_INVALID_PARAMETER_4;
    if (UnicodeStringDestination == NULL && UnicodeStringActualByteCount == NULL)
        return STATUS_INVALID_PARAMETER;
    struct output output = {UnicodeStringDestination, UnicodeStringMaxByteCount, 0, false};
    const unsigned char *bytes = (const unsigned char *)UTF8StringSource;
    bool is_sound = true;
    for (size_t i = 0; i < UTF8StringByteCount && !output.is_full;) {
        struct letter letter = read_utf8(bytes + i, UTF8StringByteCount - i);
        write_wide(&output, letter.code);
        is_sound = is_sound && letter.is_sound;
        i += letter.used;
    }
    if (UnicodeStringActualByteCount != NULL)
        *UnicodeStringActualByteCount = (ULONG)output.length;
    return verdict(&output, is_sound);
}

NTSTATUS RtlUnicodeStringToUTF8String(PUTF8_STRING DestinationString, PCUNICODE_STRING SourceString,
                                      BOOLEAN AllocateDestinationString)
{
    ULONG bytes = 0;
    if (SourceString->Length != 0)
        (void)RtlUnicodeToUTF8N(NULL, 0, &bytes, SourceString->Buffer, SourceString->Length);
    if (bytes + 1 > STRING_BYTES_MAX)
        return STATUS_INVALID_PARAMETER_2;
    if (AllocateDestinationString) {
        DestinationString->Buffer = string_allocate(bytes + 1);
        if (DestinationString->Buffer == NULL)
            return STATUS_NO_MEMORY;
        DestinationString->MaximumLength = (USHORT)(bytes + 1);
    }
    if (bytes + 1 > DestinationString->MaximumLength)
        return STATUS_BUFFER_OVERFLOW;
    NTSTATUS status = STATUS_SUCCESS;
    if (bytes != 0)
        status = RtlUnicodeToUTF8N(DestinationString->Buffer, bytes, NULL, SourceString->Buffer,
                                   SourceString->Length);
    DestinationString->Buffer[bytes] = 0;
    DestinationString->Length = (USHORT)bytes;
    return status;
}

NTSTATUS RtlUTF8StringToUnicodeString(PUNICODE_STRING DestinationString, PUTF8_STRING SourceString,
                                      BOOLEAN AllocateDestinationString)
{
    ULONG bytes = 0;
    if (SourceString->Length != 0)
        (void)RtlUTF8ToUnicodeN(NULL, 0, &bytes, SourceString->Buffer, SourceString->Length);
    if (bytes + sizeof(WCHAR) > STRING_BYTES_MAX)
        return STATUS_INVALID_PARAMETER_2;
    if (AllocateDestinationString) {
        DestinationString->Buffer = string_allocate(bytes + sizeof(WCHAR));
        if (DestinationString->Buffer == NULL)
            return STATUS_NO_MEMORY;
        DestinationString->MaximumLength = (USHORT)(bytes + sizeof(WCHAR));
    }
    if (bytes + sizeof(WCHAR) > DestinationString->MaximumLength)
        return STATUS_BUFFER_OVERFLOW;
    NTSTATUS status = STATUS_SUCCESS;
    if (bytes != 0)
        status = RtlUTF8ToUnicodeN(DestinationString->Buffer, bytes, NULL, SourceString->Buffer,
                                   SourceString->Length);
    DestinationString->Buffer[bytes / sizeof(WCHAR)] = 0;
    DestinationString->Length = (USHORT)bytes;
    return status;
}
