#include "verifier/modules.h"

#include "pool/util.h"

#include <link.h>
#include <string.h>

enum { RANGES_MAX = 64 };

struct range {
    uintptr_t start;
    uintptr_t end;
};

static struct range ranges[RANGES_MAX];
static unsigned range_count;

/* Beginnings of file names. */
static const char *const kernel_names[] = {
    "libc.so", "libc-2",    "libc.musl",   "libm.so",   "libpthread", "ld-linux",
    "ld-musl", "ld-2",      "linux-vdso",  "libasan",   "libubsan",   "libtsan",
    "liblsan", "libhwasan", "libclang_rt", "libexpool",
};

static bool is_kernel_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash == NULL ? path : slash + 1;
    for (unsigned i = 0; i < COUNT_OF(kernel_names); i++)
        if (strncmp(name, kernel_names[i], strlen(kernel_names[i])) == 0)
            return true;
    return false;
}

static int note(struct dl_phdr_info *information, size_t size, void *context)
{
    (void)size;
    (void)context;
    /* The program itself has no name here. */
    if (information->dlpi_name == NULL || !is_kernel_name(information->dlpi_name))
        return 0;
    for (unsigned i = 0; i < information->dlpi_phnum && range_count < RANGES_MAX; i++) {
        const ElfW(Phdr) *header = &information->dlpi_phdr[i];
        if (header->p_type != PT_LOAD || (header->p_flags & PF_X) == 0)
            continue;
        uintptr_t start = information->dlpi_addr + header->p_vaddr;
        ranges[range_count++] = (struct range){start, start + header->p_memsz};
    }
    return 0;
}

void modules_note(void)
{
    range_count = 0;
    dl_iterate_phdr(note, NULL);
}

bool modules_is_kernel(uintptr_t pc)
{
    for (unsigned i = 0; i < range_count; i++)
        if (pc >= ranges[i].start && pc < ranges[i].end)
            return true;
    return false;
}
