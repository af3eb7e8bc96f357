#include "preload/module_tag.h"

#include "pool/mix.h"
#include "pool/options.h"
#include "pool/util.h"

#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

enum { LETTERS = 4, ROWS = 1 << 12, NAMES_MAX = 1 << 12, INDEX_BITS = 16, THREAD_NAME_BYTES = 16 };

static _Atomic uint64_t rows[ROWS]; /* address << 16 | index; addresses have 48 bits */
static _Atomic uint32_t tags[NAMES_MAX];
static _Atomic unsigned tag_count;

static bool is_name_letter(char letter)
{
    char folded = (char)(letter | 0x20);
    return (folded >= 'a' && folded <= 'z') || (letter >= '0' && letter <= '9') || letter == '_';
}

static size_t stem_length(const char *name)
{
    size_t length = 0;
    while (is_name_letter(name[length]))
        length++;
    return length;
}

static uint32_t tag_of_letters(const char *letters, size_t count)
{
    uint32_t tag = 0;
    for (unsigned i = 0; i < LETTERS; i++)
        tag |= (uint32_t)(unsigned char)(i < count ? letters[i] : ' ') << (8 * i);
    return tag;
}

uint32_t module_tag_of_name(const char *path)
{
    static const char lib[] = "lib";
    const char *slash = strrchr(path, '/');
    const char *name = slash != NULL ? slash + 1 : path;
    size_t length = stem_length(name);
    if (length > LETTERS && memcmp(name, lib, sizeof lib - 1) == 0) {
        name += sizeof lib - 1;
        length -= sizeof lib - 1;
    }
    return length > 0 ? tag_of_letters(name, length) : tag_of_letters("anon", LETTERS);
}

/* Without the loader's lock, which another thread may hold while it waits for one of the program's
 * that this one holds. */
static const struct link_map *module_of(uintptr_t address)
{
#if __GLIBC_PREREQ(2, 35)
    struct dl_find_object found;
    return _dl_find_object((void *)address, &found) == 0 ? found.dlfo_link_map : NULL;
#else
    Dl_info information;
    struct link_map *found = NULL;
    bool is_known = dladdr1((void *)address, &information, (void **)&found, RTLD_DL_LINKMAP) != 0;
    return is_known ? found : NULL;
#endif
}

static uint32_t tag_by_module(uintptr_t caller)
{
    const struct link_map *module = module_of(caller);
    if (module == NULL)
        return tag_of_letters("anon", LETTERS); /* code that no file has: made at run time */
    bool is_program = module->l_name == NULL || module->l_name[0] == 0;
    return module_tag_of_name(is_program ? program_invocation_short_name : module->l_name);
}

/* The same in every run: the offset in the module, under four letters that are easily told. */
static uint32_t tag_by_site(uintptr_t caller)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789__";
    const struct link_map *module = module_of(caller);
    uint64_t offset = module == NULL ? caller : caller - module->l_addr;
    uint64_t mixed = offset * MIX_FACTOR;
    uint32_t tag = 0;
    for (unsigned i = 0; i < LETTERS; i++)
        tag |= (uint32_t)(unsigned char)letters[mixed >> (58 - 6 * i) & 63] << (8 * i);
    return tag;
}

static uint32_t tag_by_thread(void)
{
    char name[THREAD_NAME_BYTES] = "";
    if (pthread_getname_np(pthread_self(), name, sizeof name) != 0)
        return tag_of_letters("anon", LETTERS);
    return module_tag_of_name(name);
}

/* UINT16_MAX: there are too many names. */
static unsigned index_of(uint32_t tag)
{
    unsigned count = atomic_load(&tag_count);
    for (unsigned i = 0; i < count; i++)
        if (atomic_load_explicit(&tags[i], memory_order_relaxed) == tag)
            return i;
    if (count == NAMES_MAX || !atomic_compare_exchange_strong(&tag_count, &count, count + 1))
        return UINT16_MAX;
    atomic_store(&tags[count], tag);
    return count;
}

static NOINLINE uint32_t find(uintptr_t caller, _Atomic uint64_t *row)
{
    int saved = errno;
    bool by_site = options.tag_from == OPTION_TAG_FROM_SITE;
    uint32_t tag = by_site ? tag_by_site(caller) : tag_by_module(caller);
    unsigned index = index_of(tag);
    if (index != UINT16_MAX)
        atomic_store_explicit(row, (uint64_t)caller << INDEX_BITS | index, memory_order_release);
    errno = saved;
    return tag;
}

uint32_t module_tag(uintptr_t caller)
{
    if (UNLIKELY(options.tag_from == OPTION_TAG_FROM_THREAD))
        return tag_by_thread();
    _Atomic uint64_t *row = &rows[(caller ^ caller >> 12) % ROWS];
    uint64_t known = atomic_load_explicit(row, memory_order_acquire);
    if (LIKELY(known >> INDEX_BITS == caller)) {
        uint32_t tag = atomic_load_explicit(&tags[known & UINT16_MAX], memory_order_relaxed);
        if (LIKELY(tag != 0)) /* another thread is just adding it */
            return tag;
    }
    return find(caller, row);
}
