#include "pool/symbol.h"

#include "pool/options.h"
#include "pool/util.h"

#include <backtrace.h>
#include <link.h>
#include <string.h>

struct search {
    uintptr_t address;
    struct symbol *symbol;
};

struct lookup {
    struct symbol symbol;
    void (*take)(const struct symbol *symbol, void *context);
    void *context;
    unsigned taken;
};

static struct backtrace_state *state;

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

static bool begins_with(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

static bool module_is_runtime(const char *name)
{
    static const char *const prefix[] = {"libc.so",    "libc-",    "ld-linux", "libpthread",
                                         "libasan.so", "libtsan.", "libubsan", "linux-vdso"};
    for (unsigned i = 0; i < COUNT_OF(prefix); i++)
        if (begins_with(name, prefix[i]))
            return true;
    return false;
}

/* In a program linked with libexpool.a our code is known by its source files: by where this one
 * was when it was compiled. Without debug information it passes for the program's. */
static bool file_is_ours(const char *file)
{
    static const char self[] = __FILE__; /* .../pool/symbol.c */
    static const char *const folder[] = {"pool/", "kernel/", "verifier/"};
    const size_t root = sizeof self - sizeof "pool/symbol.c";
    const char *found = memmem(file, strlen(file), self, root); /* clang: the build folder first */
    for (unsigned i = 0; found != NULL && i < COUNT_OF(folder); i++)
        if (begins_with(found + root, folder[i]))
            return true;
    return false;
}

static void write_hex(const unsigned char *bytes, size_t count, char *text)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < count; i++) {
        *text++ = digits[bytes[i] >> 4];
        *text++ = digits[bytes[i] & 15];
    }
    *text = 0;
}

/* The notes of a segment are | name size | size | type | name | bytes |; type 3 is the build-id. */
static void read_build_id(const ElfW(Nhdr) * note, size_t bytes, char *text)
{
    const unsigned char *end = (const unsigned char *)note + bytes;
    while ((const unsigned char *)(note + 1) <= end) {
        const unsigned char *name = (const unsigned char *)(note + 1);
        const unsigned char *id = name + round_up(note->n_namesz, 4);
        if (note->n_type == NT_GNU_BUILD_ID && note->n_descsz <= 20) {
            write_hex(id, note->n_descsz, text);
            return;
        }
        note = (const void *)(id + round_up(note->n_descsz, 4));
    }
}

static bool module_covers(const struct dl_phdr_info *info, uintptr_t address)
{
    for (unsigned i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
        if (segment->p_type == PT_LOAD &&
            address - info->dlpi_addr - segment->p_vaddr < segment->p_memsz)
            return true;
    }
    return false;
}

static int look_in_module(struct dl_phdr_info *info, size_t size, void *context)
{
    (void)size;
    struct search *search = context;
    if (!module_covers(info, search->address))
        return 0;
    extern char *program_invocation_short_name;
    const char *name = base_name(info->dlpi_name);
    search->symbol->module = *name != 0 ? name : program_invocation_short_name;
    search->symbol->offset = search->address - info->dlpi_addr;
    search->symbol->is_runtime = module_is_runtime(name);
    search->symbol->is_ours = begins_with(name, "libexpool.so");
    for (unsigned i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
        if (segment->p_type == PT_NOTE)
            read_build_id((const void *)(info->dlpi_addr + segment->p_vaddr), segment->p_memsz,
                          search->symbol->build_id);
    }
    return 1;
}

static void ignore_error(void *context, const char *message, int number)
{
    (void)context;
    (void)message;
    (void)number;
}

static int take_line(void *context, uintptr_t address, const char *file, int line,
                     const char *function)
{
    (void)address;
    struct lookup *lookup = context;
    if (function == NULL && file == NULL)
        return 0;
    lookup->symbol.file = file;
    lookup->symbol.line = line > 0 ? (unsigned)line : 0;
    lookup->symbol.function = function;
    lookup->symbol.is_ours |= file != NULL && file_is_ours(file);
    lookup->symbol.is_inlined = file != NULL && strstr(file, "include/expool/") != NULL;
    lookup->take(&lookup->symbol, lookup->context);
    lookup->taken++;
    return 0;
}

static void take_name(void *context, uintptr_t address, const char *name, uintptr_t value,
                      uintptr_t size)
{
    (void)address;
    (void)value;
    (void)size;
    struct lookup *lookup = context;
    lookup->symbol.function = name;
}

void symbol_find(uintptr_t address, void (*take)(const struct symbol *symbol, void *context),
                 void *context)
{
    struct lookup lookup = {.take = take, .context = context};
    struct search search = {.address = address, .symbol = &lookup.symbol};
    dl_iterate_phdr(look_in_module, &search);
    if (options.symbolize == OPTION_SYMBOLIZE_AUTO) {
        if (state == NULL)
            state = backtrace_create_state(NULL, 1, ignore_error, NULL);
        backtrace_pcinfo(state, address, take_line, ignore_error, &lookup);
        if (lookup.taken == 0)
            backtrace_syminfo(state, address, take_name, ignore_error, &lookup);
    }
    if (lookup.taken == 0)
        take(&lookup.symbol, context);
}
