#include "pool/symbol_module.h"

#include "pool/libbacktrace.h"
#include "pool/util.h"

#include <dlfcn.h>
#include <link.h>
#include <stdatomic.h>
#include <string.h>

enum { STATES_MAX = 128, NOTE_ALIGNMENT = 4 };

struct row {
    _Atomic(uintptr_t) base_and_taken; /* 0: free */
    const char *path;
    _Atomic(struct backtrace_state *) state;
};

static struct row rows[STATES_MAX];
static _Thread_local const struct symbol_module *wanted TLS_FAST;

static bool begins_with(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

static bool is_runtime(const char *name)
{
    static const char *const prefix[] = {"libc.so",      "libc-",    "ld-linux",   "libpthread",
                                         "libasan.so",   "libtsan.", "libubsan",   "linux-vdso",
                                         "libstdc++.so", "libgcc_s", "liblsan.so", "libclang_rt."};
    for (unsigned i = 0; i < COUNT_OF(prefix); i++)
        if (begins_with(name, prefix[i]))
            return true;
    return false;
}

/* The notes of a segment are | name size | size | type | name | bytes |; type 3 is the build-id. */
static void read_build_id(const ElfW(Nhdr) * note, size_t bytes, struct symbol_module *module)
{
    const unsigned char *end = (const unsigned char *)note + bytes;
    while ((const unsigned char *)(note + 1) <= end) {
        const unsigned char *name = (const unsigned char *)(note + 1);
        const unsigned char *id = name + round_up(note->n_namesz, NOTE_ALIGNMENT);
        if (note->n_type == NT_GNU_BUILD_ID && note->n_descsz <= BUILD_ID_BYTES) {
            memcpy(module->build_id, id, note->n_descsz);
            module->build_id_bytes = note->n_descsz;
            return;
        }
        note = (const void *)(id + round_up(note->n_descsz, NOTE_ALIGNMENT));
    }
}

static void read_segments(const struct dl_phdr_info *info, struct symbol_module *module)
{
    module->start = UINTPTR_MAX;
    for (unsigned i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
        uintptr_t start = info->dlpi_addr + segment->p_vaddr;
        if (segment->p_type == PT_NOTE)
            read_build_id((const void *)start, segment->p_memsz, module);
        if (segment->p_type != PT_LOAD)
            continue;
        if (start < module->start)
            module->start = start;
        if (start + segment->p_memsz > module->end)
            module->end = start + segment->p_memsz;
    }
}

static void describe(const struct dl_phdr_info *info, struct symbol_module *module)
{
    extern char *program_invocation_name;
    const char *path = info->dlpi_name != NULL ? info->dlpi_name : "";
    *module = (struct symbol_module){
        .path = path, .name = base_name(path), .base = info->dlpi_addr, .is_program = *path == 0};
    if (module->is_program) {
        module->path = program_invocation_name;
        module->name = base_name(module->path);
    } else {
        module->is_runtime = is_runtime(module->name);
        module->is_ours = begins_with(module->name, "libexpool");
    }
    read_segments(info, module);
}

/* Not under MemorySanitizer: it does not know the routine, and what that writes. */
#if defined(__GLIBC__) && __GLIBC_PREREQ(2, 35) && !MEMORY_SANITIZER

/* No lock: a signal handler may ask, and the child of a fork. The file's header lies at the start
 * of its first segment. */
bool symbol_module_find(uintptr_t address, struct symbol_module *module)
{
    struct dl_find_object object;
    if (_dl_find_object((void *)address, &object) != 0)
        return false;
    const ElfW(Ehdr) *header = object.dlfo_map_start;
    struct dl_phdr_info info = {.dlpi_addr = object.dlfo_link_map->l_addr,
                                .dlpi_name = object.dlfo_link_map->l_name};
    if (memcmp(header->e_ident, ELFMAG, SELFMAG) == 0) {
        info.dlpi_phdr = (const void *)((const char *)header + header->e_phoff);
        info.dlpi_phnum = header->e_phnum;
    }
    describe(&info, module);
    return true;
}

#else

static bool covers(const struct dl_phdr_info *info, uintptr_t address)
{
    for (unsigned i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
        if (segment->p_type == PT_LOAD &&
            address - info->dlpi_addr - segment->p_vaddr < segment->p_memsz)
            return true;
    }
    return false;
}

struct search {
    uintptr_t address;
    struct symbol_module *module;
};

static int look(struct dl_phdr_info *info, size_t size, void *context)
{
    (void)size;
    struct search *search = context;
    if (!covers(info, search->address))
        return 0;
    describe(info, search->module);
    return 1;
}

bool symbol_module_find(uintptr_t address, struct symbol_module *module)
{
    struct search search = {.address = address, .module = module};
    return dl_iterate_phdr(look, &search) == 1;
}

#endif

struct visit {
    symbol_module_take *take;
    void *context;
};

static int hand_on(struct dl_phdr_info *info, size_t size, void *context)
{
    (void)size;
    const struct visit *visit = context;
    struct symbol_module module;
    describe(info, &module);
    visit->take(&module, visit->context);
    return 0;
}

void symbol_module_each(symbol_module_take *take, void *context)
{
    struct visit visit = {take, context};
    dl_iterate_phdr(hand_on, &visit);
}

/* What libbacktrace calls in place of dl_iterate_phdr (CMakeLists.txt renames it there): the one
 * module that is wanted, under the empty name of a program, whose file it has opened already. */
HIDDEN int symbol_module_for_backtrace(int (*callback)(struct dl_phdr_info *, size_t, void *),
                                       void *context);
int symbol_module_for_backtrace(int (*callback)(struct dl_phdr_info *, size_t, void *),
                                void *context)
{
    struct dl_phdr_info info = {.dlpi_addr = wanted->base, .dlpi_name = ""};
    return callback(&info, sizeof info, context);
}

static void ignore_error(void *context, const char *message, int number)
{
    (void)context;
    (void)message;
    (void)number;
}

/* Whoever took the row may not have written its path yet. */
static bool is_path_of(unsigned index, const struct symbol_module *module)
{
    const char *path = RACY_READ(rows[index].path);
    return path == NULL || path == module->path;
}

static struct row *find_row(const struct symbol_module *module)
{
    uintptr_t key = module->base | 1; /* a program that is not position-independent has base 0 */
    for (unsigned i = 0; i < STATES_MAX; i++) {
        uintptr_t nobody = 0;
        if (atomic_compare_exchange_strong(&rows[i].base_and_taken, &nobody, key)) {
            RACY_WRITE(rows[i].path, module->path);
            return &rows[i];
        }
        if (nobody == key && is_path_of(i, module))
            return &rows[i];
    }
    return NULL;
}

struct backtrace_state *symbol_module_state(const struct symbol_module *module)
{
    struct row *row = find_row(module);
    wanted = module;
    if (row == NULL)
        return NULL;
    struct backtrace_state *state = atomic_load(&row->state);
    if (state == NULL) {
        /* The program's file is found by libbacktrace, wherever we are by now. */
        const char *path = module->is_program ? NULL : module->path;
        state = backtrace_create_state(path, 1, ignore_error, NULL);
        atomic_store(&row->state, state);
    }
    return state;
}

void symbol_build_id(const struct symbol_module *module, char text[2 * BUILD_ID_BYTES + 1])
{
    static const char digits[] = "0123456789abcdef";
    for (unsigned i = 0; i < module->build_id_bytes; i++) {
        *text++ = digits[module->build_id[i] >> 4];
        *text++ = digits[module->build_id[i] & 15];
    }
    *text = 0;
}
